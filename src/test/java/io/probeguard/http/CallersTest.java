package io.probeguard.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.probeguard.Https;
import io.probeguard.admission.Admission;
import io.probeguard.admission.Observer;
import io.probeguard.node.ClusterState;
import io.probeguard.node.Fleet;
import io.probeguard.policy.Policy;
import io.probeguard.tls.CertificateFolder;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Which callers a server with a client authority and a token accepts. */
class CallersTest {
    @TempDir
    Path folder;

    private CertificateFolder certificates;
    private KeyPair clientKeys;
    private X509Certificate clientCertificate;
    private CallerAuthentication callers;
    private WebhookServer server;

    @BeforeEach
    void start() throws Exception {
        certificates = new CertificateFolder(folder.resolve("certs"));
        certificates.prepare(List.of("localhost", "127.0.0.1"), Clock.systemUTC());
        clientKeys = KeyPairGenerator.getInstance("EC").generateKeyPair();
        clientCertificate = Https.selfSigned(clientKeys);
        Path clientCa = Files.writeString(folder.resolve("client-ca.crt"), Https.pem(clientCertificate));
        callers = new CallerAuthentication(
                clientCa, BearerTokens.of(Files.writeString(folder.resolve("token"), "s3cret\nold\n")));
        Admission admission =
                new Admission(ClusterState.fixed(Fleet.assuming(List.of())), Policy.DEFAULT, Observer.NONE);
        server = WebhookServer.start(admission, certificates.read(), callers, () -> null, Ports.ANY);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private SSLContext presenting(KeyPair keys, X509Certificate certificate) throws Exception {
        return Https.presenting(keys.getPrivate(), certificate, certificates.trusted());
    }

    private HttpResponse<String> post(SSLContext tls, @Nullable String authorization) throws Exception {
        byte[] review;
        try (InputStream in = WarmUp.class.getResourceAsStream("warm-up-review.json")) {
            review = in.readAllBytes();
        }
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("https://127.0.0.1:" + server.port() + "/validate"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(review));
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        return HttpClient.newBuilder().sslContext(tls).build().send(request.build(), BodyHandlers.ofString());
    }

    @ParameterizedTest
    @CsvSource({
        ", 401",
        "Bearer s3cret, 200",
        "Bearer old, 200",
        "Bearer wrong, 401",
        "Basic s3cret, 401",
        "Bearer, 401"
    })
    void acceptsABearerToken(String authorization, int status) throws Exception {
        HttpResponse<String> response = post(Https.trusting(certificates.trusted()), authorization);
        assertThat(response.statusCode()).isEqualTo(status);
        if (status == 401) {
            assertThat(response.body())
                    .isEqualTo("unauthorized: this server requires a client certificate or a bearer token\n");
        }
    }

    @Test
    void acceptsAClientCertificate() throws Exception {
        assertThat(post(presenting(clientKeys, clientCertificate), null).statusCode())
                .isEqualTo(200);
    }

    @Test
    void rejectsAnyOtherClientCertificate() throws Exception {
        KeyPair others = KeyPairGenerator.getInstance("EC").generateKeyPair();
        assertThat(isAccepted(presenting(others, Https.selfSigned(others)))).isFalse();
    }

    /** As its file is watched; what it serves, and the token, stay. */
    @Test
    void anotherAuthorityMayReplaceTheFirst() throws Exception {
        KeyPair others = KeyPairGenerator.getInstance("EC").generateKeyPair();
        X509Certificate certificate = Https.selfSigned(others);
        server.trust(List.of(certificate));
        assertThat(isAccepted(presenting(others, certificate))).isTrue();
        assertThat(isAccepted(presenting(clientKeys, clientCertificate))).isFalse();
        assertThat(post(Https.trusting(certificates.trusted()), "Bearer s3cret").statusCode())
                .isEqualTo(200);
    }

    private boolean isAccepted(SSLContext tls) throws Exception {
        try {
            return post(tls, null).statusCode() == 200;
        } catch (IOException e) {
            return false; // refused by TLS
        }
    }

    /** Neither ours nor what somebody presents. */
    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void noTokenIsLogged(CapturedOutput output) throws Exception {
        SSLContext tls = Https.trusting(certificates.trusted());
        assertThat(post(tls, "Bearer s3cret").statusCode()).isEqualTo(200);
        assertThat(post(tls, "Bearer an0ther").statusCode()).isEqualTo(401);
        LoggerFactory.getLogger(CallersTest.class).warn("{}", callers);
        assertThat(output.getAll()).contains("CallerAuthentication").doesNotContain("s3cret", "an0ther");
    }

    @Test
    void healthNeedsNoAuthentication() throws Exception {
        assertThat(Https.status("https://127.0.0.1:" + server.port() + "/readyz"))
                .isEqualTo(200);
    }
}
