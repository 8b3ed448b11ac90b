package io.probeguard.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.probeguard.Https;
import io.probeguard.Jar.Serve;
import io.probeguard.admission.Admission;
import io.probeguard.admission.Observer;
import io.probeguard.http.CallerAuthentication;
import io.probeguard.http.Ports;
import io.probeguard.http.WebhookServer;
import io.probeguard.node.ClusterState;
import io.probeguard.node.Fleet;
import io.probeguard.policy.Policy;
import io.probeguard.tls.CertificateFolder;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that change as the kubelet changes a mounted Secret: by a symbolic link that is swapped. */
class CertificateFilesIT {
    private static final List<String> FILES = List.of("tls.crt", "tls.key", "ca.crt");

    @TempDir
    Path folder;

    private Path mount() {
        return folder.resolve("mount");
    }

    @Test
    void eachChangeIsServedWithoutARestart() throws Exception {
        Files.createDirectory(mount());
        String trusted = swap(0);
        for (String file : FILES) {
            Files.createSymbolicLink(mount().resolve(file), Path.of("..data", file));
        }
        Admission admission =
                new Admission(ClusterState.fixed(Fleet.assuming(List.of())), Policy.DEFAULT, Observer.NONE);
        try (CertificateSource certificates =
                        CertificateSource.folder(new CertificateFolder(mount()), Clock.systemUTC());
                WebhookServer server = WebhookServer.start(
                        admission, certificates.first(), CallerAuthentication.NONE, () -> null, Ports.ANY)) {
            certificates.start(server::serve);
            assertThat(isServed(server, trusted)).isTrue();
            for (int version = 1; version <= 3; version++) {
                String next = swap(version);
                String before = trusted;
                await().atMost(Duration.ofSeconds(40)).until(() -> {
                    boolean served = isServed(server, next);
                    assertThat(served || isServed(server, before) || isServed(server, next))
                            .as("always the one or the other")
                            .isTrue();
                    return served;
                });
                trusted = next;
                assertThat(server.certificateRemaining()).isPositive();
            }
        }
    }

    /** The whole program, whose certificate somebody replaces by a pipe that nobody ever writes to. */
    @Test
    void aPipeStopsNothing() throws Exception {
        try (Serve serve = Serve.start(folder, "--nodes", "src/examples/nodes.yaml", "--drain", "0s")) {
            Path certificate = folder.resolve("certs/tls.crt");
            Files.delete(certificate);
            assertThat(new ProcessBuilder("mkfifo", certificate.toString())
                            .start()
                            .waitFor())
                    .isZero();
            String remark = "the certificate in " + certificate.getParent() + " is not used: " + certificate
                    + ": not a regular file";
            await().atMost(Duration.ofSeconds(40))
                    .untilAsserted(() -> assertThat(ready(serve)).isEqualTo("ok: " + remark + "\n"));
            assertThat(serve.log()).containsOnlyOnce("is not used");
            long asked = System.nanoTime();
            assertThat(serve.stop()).isEqualTo(143);
            assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(Duration.ofSeconds(15));
        }
    }

    private static String ready(Serve serve) throws Exception {
        try (InputStream in = Https.get(serve.url() + "/readyz").getInputStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** Puts a new authority with a new certificate there, and returns the authority. */
    private String swap(int version) throws Exception {
        Path data = mount().resolve("..data-" + version);
        CertificateFolder made = new CertificateFolder(data);
        made.prepare(List.of("127.0.0.1"), Clock.systemUTC());
        Path link = Files.createSymbolicLink(mount().resolve("..data_tmp"), data.getFileName());
        Files.move(
                link, mount().resolve("..data"), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return made.trusted();
    }

    private static boolean isServed(WebhookServer server, String trusted) throws Exception {
        try (SSLSocket socket =
                (SSLSocket) Https.trusting(trusted).getSocketFactory().createSocket("127.0.0.1", server.port())) {
            socket.startHandshake();
            return true;
        } catch (SSLHandshakeException e) {
            return false;
        }
    }
}
