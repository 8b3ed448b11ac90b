package io.probeguard.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.probeguard.Https;
import io.probeguard.admission.Admission;
import io.probeguard.admission.Observer;
import io.probeguard.catalogue.Catalogue;
import io.probeguard.manifest.Inputs.BadInputException;
import io.probeguard.node.ClusterState;
import io.probeguard.node.Fleet;
import io.probeguard.policy.Mode;
import io.probeguard.policy.Policy;
import io.probeguard.tls.CertificateFolder;
import io.probeguard.tls.ServingPair;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** The server over real HTTPS, called by a client that trusts only its authority. */
class WebhookServerTest {
    private static final Fleet FLEET = Fleet.assuming(
            List.of(Catalogue.builtIn().byId("docker-el7-1.13.1-84").orElseThrow()));

    @TempDir
    static Path folder;

    private static volatile boolean faulty;
    private static volatile @Nullable String notReady;
    private static volatile @Nullable String remark;
    private static final Health HEALTH = new Health() {
        @Override
        public @Nullable String notReady() {
            return notReady;
        }

        @Override
        public @Nullable String remark() {
            return remark;
        }
    };

    private static WebhookServer server;
    private static HttpClient client;
    private static byte[] review;

    @BeforeAll
    static void start() throws Exception {
        CertificateFolder certificates = new CertificateFolder(folder);
        certificates.prepare(List.of("localhost", "127.0.0.1"), Clock.systemUTC());
        Admission admission = new Admission(
                ClusterState.fixed(FLEET),
                Policy.DEFAULT.withMode(Mode.REWRITE),
                (webhook, operation, isDryRun, judged) -> faultIfWanted());
        server = start(admission, certificates.read(), 0);
        client = HttpClient.newBuilder()
                .sslContext(Https.trusting(certificates.trusted()))
                .build();
        try (InputStream in = WarmUp.class.getResourceAsStream("warm-up-review.json")) {
            review = in.readAllBytes();
        }
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static void faultIfWanted() {
        if (faulty) {
            throw new IllegalStateException("a fault for a test");
        }
    }

    private static WebhookServer start(Admission toServe, ServingPair certificate, int port) {
        return WebhookServer.start(
                toServe, certificate, CallerAuthentication.NONE, HEALTH, new Ports(port, null, null));
    }

    private static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + server.port() + path));
    }

    private static HttpResponse<String> post(String path, String contentType, BodyPublisher body) throws Exception {
        return client.send(
                request(path).header("Content-Type", contentType).POST(body).build(), BodyHandlers.ofString());
    }

    private static HttpResponse<String> post(String path, byte[] body) throws Exception {
        return post(path, "application/json", BodyPublishers.ofByteArray(body));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/livez", "/readyz"})
    void reportsThatItIsHealthy(String path) throws Exception {
        HttpResponse<String> response = client.send(request(path).build(), BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("ok\n");
        assertIsKeptNowhere(response);
    }

    private static void assertIsKeptNowhere(HttpResponse<?> response) {
        assertThat(response.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
        assertThat(response.headers().firstValue("Cache-Control")).hasValue("no-store");
    }

    @Test
    void reportsWhyItIsNotReadyAndStaysLive() throws Exception {
        notReady = "waiting for nodes to be listed";
        try {
            HttpResponse<String> response = client.send(request("/readyz").build(), BodyHandlers.ofString());
            assertThat(response.statusCode()).isEqualTo(503);
            assertThat(response.body()).isEqualTo("waiting for nodes to be listed\n");
            assertThat(client.send(request("/livez").build(), BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(200);
            assertThat(post("/mutate", review).statusCode()).isEqualTo(200);
        } finally {
            notReady = null;
        }
    }

    /** People read it, kubelets only the status. */
    @Test
    void saysWhatIsWrongAlthoughItIsReady() throws Exception {
        remark = "the certificate in certs is not used: it expired";
        try {
            HttpResponse<String> response = client.send(request("/readyz").build(), BodyHandlers.ofString());
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.body()).isEqualTo("ok: the certificate in certs is not used: it expired\n");
        } finally {
            remark = null;
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/mutate", "/validate", "/mutate?timeout=2s", "/validate?timeout=1m30s", "/mutate?timeout=x"})
    void answersReviews(String path) throws Exception {
        HttpResponse<String> response = post(path, review);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
        assertIsKeptNowhere(response);
        assertThat(response.body())
                .contains("\"allowed\":true")
                .contains(path.startsWith("/mutate") ? "\"patch\":" : "\"warnings\":");
    }

    @Test
    void takesAContentTypeWithACharset() throws Exception {
        assertThat(post("/mutate", "application/json; charset=utf-8", BodyPublishers.ofByteArray(review))
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void whatHasNoTimeLeftIsAllowedUnjudged() throws Exception {
        assertThat(post("/mutate?timeout=0s", review).body())
                .contains("\"allowed\":true")
                .contains("deadline")
                .doesNotContain("\"patch\"");
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /mutate,   application/json, garbage, 400",
        "POST, /validate, application/json, '',      400",
        "POST, /mutate,   application/json, [],      400",
        "POST, /mutate,   text/plain,       {},      415",
        "POST, /mutate,   application/yaml, {},      415",
        "GET,  /mutate,   application/json, '',      405",
        "PUT,  /validate, application/json, {},      405",
        "POST, /other,    application/json, {},      404",
        "GET,  /,         application/json, '',      404",
    })
    void refusesWhatIsNoReview(String method, String path, String contentType, String body, int status)
            throws Exception {
        HttpResponse<String> response = client.send(
                request(path)
                        .header("Content-Type", contentType)
                        .method(method, BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.body()).isNotBlank().doesNotContain("Exception", "\tat ");
        assertIsKeptNowhere(response);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void tellsThatABodyIsTooLarge(boolean lengthIsKnown) throws Exception {
        byte[] body = new byte[20 * 1024 * 1024];
        Arrays.fill(body, (byte) ' ');
        BodyPublisher publisher = lengthIsKnown
                ? BodyPublishers.ofByteArray(body)
                : BodyPublishers.fromPublisher(BodyPublishers.ofByteArray(body));
        HttpResponse<String> response = post("/mutate", "application/json", publisher);
        assertThat(response.statusCode()).isEqualTo(413);
        assertThat(response.body()).isEqualTo("request body is larger than 6291456 bytes\n");
    }

    @Test
    void takesABodyOfJustTheLargestSize() throws Exception {
        byte[] body = Arrays.copyOf(review, 6 * 1024 * 1024);
        Arrays.fill(body, review.length, body.length, (byte) ' ');
        assertThat(post("/mutate", body).statusCode()).isEqualTo(200);
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void aFaultOfItsOwnIsLeftToTheFailurePolicy(CapturedOutput output) throws Exception {
        faulty = true;
        try {
            HttpResponse<String> response = post("/validate", review);
            assertThat(response.statusCode()).isEqualTo(500);
            assertThat(response.body())
                    .isEqualTo("internal error: probe-guard cannot review this request, see its log\n");
            assertThat(output.getErr())
                    .containsOnlyOnce("cannot review request 00000000-0000-0000-0000-000000000000")
                    .contains("a fault for a test");
        } finally {
            faulty = false;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void speaksTls(String protocol) throws Exception {
        try (SSLSocket socket = (SSLSocket) Https.trusting(new CertificateFolder(folder).trusted())
                .getSocketFactory()
                .createSocket("127.0.0.1", server.port())) {
            socket.setEnabledProtocols(new String[] {protocol});
            socket.startHandshake();
            assertThat(socket.getSession().getProtocol()).isEqualTo(protocol);
        }
    }

    @Test
    void reportsAPortThatIsInUse() throws Exception {
        Admission admission = new Admission(ClusterState.fixed(FLEET), Policy.DEFAULT, Observer.NONE);
        ServingPair certificate = new CertificateFolder(folder).read();
        assertThatThrownBy(() -> start(admission, certificate, server.port()).close())
                .isInstanceOf(BadInputException.class)
                .hasMessage("port " + server.port() + " is already in use; choose another with --port");
    }

    @Test
    void reportsACertificateThatCannotBeServed(@TempDir Path other) throws Exception {
        ServingPair pair = withTheChainOfAnother(other);
        Admission admission = new Admission(ClusterState.fixed(FLEET), Policy.DEFAULT, Observer.NONE);
        assertThatThrownBy(() -> start(admission, pair, 0).close())
                .isInstanceOf(BadInputException.class)
                .hasMessage(
                        "cannot start the server: the certificate cannot be served: Certificate chain is not valid");
    }

    @Test
    void keepsWhatItServesWhereTheNextCannotBe(@TempDir Path other) throws Exception {
        ServingPair pair = withTheChainOfAnother(other);
        assertThatThrownBy(() -> server.serve(pair))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Certificate chain is not valid");
        assertThat(post("/mutate", review).statusCode()).isEqualTo(200);
    }

    private static ServingPair withTheChainOfAnother(Path other) throws Exception {
        ServingPair own = new CertificateFolder(folder).read();
        CertificateFolder made = new CertificateFolder(other);
        made.prepare(List.of("localhost"), Clock.systemUTC());
        return new ServingPair(List.of(own.certificate(), made.read().certificate()), own.key());
    }
}
