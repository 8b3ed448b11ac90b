package io.probeguard.chart;

import static org.assertj.core.api.Assertions.assertThat;

import io.probeguard.External;
import io.probeguard.Https;
import io.probeguard.admission.Admission;
import io.probeguard.admission.Observer;
import io.probeguard.http.CallerAuthentication;
import io.probeguard.http.Ports;
import io.probeguard.http.WebhookServer;
import io.probeguard.node.ClusterState;
import io.probeguard.node.Fleet;
import io.probeguard.policy.Policy;
import io.probeguard.tls.CertificateFolder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of {@code certs/README.md}, run verbatim. */
class CertsFolderTest {
    private static final Path CERTS = Path.of("certs");

    @TempDir
    Path folder;

    @Test
    void certificatesOfOpensslAreTrustedForTheService() throws Exception {
        runCommandsOfReadme();
        CertificateFolder certificates = new CertificateFolder(folder);
        certificates.prepare(List.of(), Clock.systemUTC());
        Admission admission =
                new Admission(ClusterState.fixed(Fleet.assuming(List.of())), Policy.DEFAULT, Observer.NONE);
        try (WebhookServer server = WebhookServer.start(
                        admission, certificates.read(), CallerAuthentication.NONE, () -> null, Ports.ANY);
                SSLSocket socket = (SSLSocket) Https.trusting(Files.readString(folder.resolve("ca.crt")))
                        .getSocketFactory()
                        .createSocket(
                                new Socket(InetAddress.getLoopbackAddress(), server.port()),
                                "probe-guard.probe-guard.svc",
                                443,
                                true)) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS"); // compares the name with the certificate's
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            assertThat(socket.getSession().getPeerCertificates()).hasSize(1);
        }
    }

    private void runCommandsOfReadme() throws IOException, InterruptedException {
        Matcher block = Pattern.compile("```bash\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(CERTS.resolve("README.md")));
        assertThat(block.find()).isTrue();
        Files.copy(CERTS.resolve("openssl.cnf"), folder.resolve("openssl.cnf"));
        Process process;
        try {
            new ProcessBuilder("openssl", "version").start().waitFor();
            process = new ProcessBuilder("bash", "-euc", block.group(1))
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            External.skip("openssl or bash is not installed");
            return;
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
    }
}
