package io.probeguard.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.probeguard.admission.Admission;
import io.probeguard.admission.Observer;
import io.probeguard.admission.Surroundings;
import io.probeguard.cli.Inputs.BadInputException;
import io.probeguard.node.Fleet;
import io.probeguard.policy.Policy;
import io.probeguard.tls.CertificateFolder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Set;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** Who is let in by a server that was told of a client authority and a token. */
class CallersTest {
    @TempDir
    Path folder;

    private CertificateFolder certificates;
    private KeyPair clientKeys;
    private X509Certificate clientCertificate;
    private Server server;

    @BeforeEach
    void start() throws Exception {
        certificates = new CertificateFolder(folder.resolve("certs"));
        certificates.prepare(List.of("localhost", "127.0.0.1"), Clock.systemUTC());
        clientKeys = KeyPairGenerator.getInstance("EC").generateKeyPair();
        clientCertificate = selfSigned(clientKeys);
        Path clientCa = Files.writeString(folder.resolve("client-ca.crt"), pem(clientCertificate));
        Path token = Files.writeString(folder.resolve("token"), "s3cret\n");
        Callers callers = CommandLine.populateCommand(new Callers(), "--client-ca=" + clientCa, "--token-file=" + token)
                .read();
        Admission admission =
                new Admission(Surroundings.fixed(Fleet.assuming(List.of())), Policy.DEFAULT, Set.of(), Observer.NONE);
        server = Server.start(admission, ServingCertificate.files(certificates, clientCa), callers, () -> null, 0);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static X509Certificate selfSigned(KeyPair keys) throws Exception {
        X500Name name = new X500Name("CN=kube-apiserver");
        Instant now = Instant.now();
        var builder = new JcaX509v3CertificateBuilder(
                name,
                BigInteger.ONE,
                Date.from(now.minus(Duration.ofHours(1))),
                Date.from(now.plus(Duration.ofHours(1))),
                name,
                keys.getPublic());
        return new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
    }

    private static String pem(X509Certificate certificate) throws Exception {
        return "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(certificate.getEncoded())
                + "\n-----END CERTIFICATE-----\n";
    }

    private SSLContext presenting(KeyPair keys, X509Certificate certificate) throws Exception {
        KeyStore own = KeyStore.getInstance("PKCS12");
        own.load(null, null);
        own.setKeyEntry("own", keys.getPrivate(), new char[0], new Certificate[] {certificate});
        KeyManagerFactory keyManagers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keyManagers.init(own, new char[0]);
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry(
                "ca",
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(
                                new ByteArrayInputStream(certificates.trusted().getBytes(StandardCharsets.UTF_8))));
        TrustManagerFactory trustManagers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trustManagers.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keyManagers.getKeyManagers(), trustManagers.getTrustManagers(), null);
        return context;
    }

    private HttpResponse<String> post(SSLContext tls, String authorization) throws Exception {
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
    @CsvSource({", 401", "Bearer s3cret, 200", "Bearer wrong, 401", "Basic s3cret, 401", "Bearer, 401"})
    void aBearerTokenLetsIn(String authorization, int status) throws Exception {
        HttpResponse<String> response = post(Https.trusting(certificates.trusted()), authorization);
        assertThat(response.statusCode()).isEqualTo(status);
        if (status == 401) {
            assertThat(response.body())
                    .isEqualTo("present a client certificate or a bearer token that this server was told of\n");
        }
    }

    @Test
    void aClientCertificateLetsIn() throws Exception {
        assertThat(post(presenting(clientKeys, clientCertificate), null).statusCode())
                .isEqualTo(200);
    }

    @Test
    void aClientCertificateOfAnybodyElseDoesNot() throws Exception {
        KeyPair others = KeyPairGenerator.getInstance("EC").generateKeyPair();
        SSLContext tls = presenting(others, selfSigned(others));
        int status;
        try {
            status = post(tls, null).statusCode();
        } catch (IOException e) {
            return; // refused by TLS
        }
        assertThat(status).isEqualTo(401);
    }

    @Test
    void itsHealthIsForEverybody() throws Exception {
        assertThat(Https.status("https://127.0.0.1:" + server.port() + "/readyz"))
                .isEqualTo(200);
    }

    @Test
    void anEmptyTokenIsRefusedAtTheStart() throws Exception {
        Path empty = Files.writeString(folder.resolve("empty"), "\n");
        Callers callers = CommandLine.populateCommand(new Callers(), "--token-file=" + empty);
        assertThatThrownBy(callers::read).isInstanceOf(BadInputException.class).hasMessageContaining("is empty");
    }
}
