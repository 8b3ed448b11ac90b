package io.probeguard.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.probeguard.Https;
import io.probeguard.admission.Admission;
import io.probeguard.admission.Observer;
import io.probeguard.http.CallerAuthentication;
import io.probeguard.http.Ports;
import io.probeguard.http.ServingCertificate;
import io.probeguard.http.WebhookServer;
import io.probeguard.node.ClusterState;
import io.probeguard.node.Fleet;
import io.probeguard.policy.Policy;
import io.probeguard.tls.CertificateFolder;
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
        try (WebhookServer server = WebhookServer.start(
                admission,
                ServingCertificate.files(new CertificateFolder(mount()), null),
                CallerAuthentication.NONE,
                () -> null,
                Ports.ANY)) {
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
