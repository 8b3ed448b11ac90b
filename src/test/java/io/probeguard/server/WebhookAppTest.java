package io.probeguard.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.probeguard.Https;
import io.probeguard.http.CallerAuthentication;
import io.probeguard.http.WarmUp;
import io.probeguard.manifest.Inputs.BadInputException;
import io.probeguard.node.Fleet;
import io.probeguard.node.Nodes;
import io.probeguard.policy.Mode;
import io.probeguard.policy.Policy;
import io.probeguard.tls.CertificateFolder;
import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All of serve, by a file of nodes and without a cluster. */
class WebhookAppTest {
    private static final Fleet FLEET = Nodes.fleet(Nodes.broken("el7"));

    @TempDir
    Path folder;

    private CertificateFolder certificates;
    private HttpClient client;

    @BeforeEach
    void makeCertificates() throws Exception {
        certificates = new CertificateFolder(folder);
        certificates.prepare(List.of("localhost", "127.0.0.1"), Clock.systemUTC());
        client = HttpClient.newBuilder()
                .sslContext(Https.trusting(certificates.trusted()))
                .build();
    }

    private WebhookApp app(int managementPort, ConsoleSettings console) throws IOException {
        WebhookSettings settings = new WebhookSettings(
                Policy.DEFAULT.withMode(Mode.REWRITE),
                "probe-guard",
                "probe-guard",
                null,
                CallerAuthentication.NONE,
                0,
                managementPort,
                console,
                new BackgroundSettings(Duration.ofMinutes(10), true, null),
                new WatchSettings(null, false, null),
                Duration.ZERO);
        return WebhookApp.create(
                settings,
                ClusterSource.fixed(FLEET),
                CertificateSource.folder(certificates, Clock.systemUTC()),
                /* client= */ null);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private String get(String url) throws Exception {
        return client.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString())
                .body();
    }

    @Test
    void answersAndCountsUntilItIsStopped() throws Exception {
        int managementPort = freePort();
        try (WebhookApp app = app(managementPort, new ConsoleSettings(null, false, null))) {
            app.start();
            String url = "https://127.0.0.1:" + app.port();
            assertThat(get(url + "/readyz")).isEqualTo("ok\n");
            assertThat(app.webhookConfigurations())
                    .startsWith("# probe-guard serves " + url + " in mode rewrite: 1 node, 1 flagged, 0 suspected.\n")
                    .contains(url + "/mutate", url + "/validate");

            String management = "http://127.0.0.1:" + managementPort;
            assertThat(get(management + "/livez")).isEqualTo("ok\n");
            assertThat(get(management + "/readyz")).isEqualTo("ok\n");
            assertThat(get(management + "/mutate")).isEqualTo("not found\n");
            assertThat(get(url + "/metrics")).isEqualTo("not found\n");
            String metrics = management + "/metrics";
            assertThat(get(metrics))
                    .contains("probe_guard_nodes 1.0")
                    .doesNotContain("probe_guard_reviews_total{"); // the warm-up does not count
            review(url + "/validate");
            assertThat(get(metrics)).contains("probe_guard_reviews_total{");

            Thread stopping = new Thread(app::stop, "stop");
            stopping.start();
            app.awaitStop();
            stopping.join();
            assertThatThrownBy(() -> get(url + "/readyz")).isInstanceOf(IOException.class);
        }
    }

    private void review(String url) throws Exception {
        try (InputStream in = WarmUp.class.getResourceAsStream("warm-up-review.json")) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofByteArray(in.readAllBytes()))
                    .build();
            assertThat(client.send(request, BodyHandlers.ofString()).statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void saysWhichPortIsInUse() throws Exception {
        try (ServerSocket taken = new ServerSocket(0);
                WebhookApp app = app(taken.getLocalPort(), new ConsoleSettings(null, false, null))) {
            assertThatThrownBy(app::start)
                    .isInstanceOf(BadInputException.class)
                    .hasMessage("port " + taken.getLocalPort()
                            + " is already in use; choose another with --management-port");
        }
    }

    @Test
    void exposesNoConsoleWithoutAClusterToAskAboutTokens() {
        assertThatThrownBy(() -> app(0, new ConsoleSettings(null, true, null)))
                .isInstanceOf(BadInputException.class)
                .hasMessageStartingWith("--expose-console ");
    }
}
