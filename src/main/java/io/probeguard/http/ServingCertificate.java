package io.probeguard.http;

import io.probeguard.tls.CertificateAuthority;
import io.probeguard.tls.ServingPair;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslStoreBundle;

/** The serving certificate as Spring Boot's SSL bundle, which Tomcat serves. */
public final class ServingCertificate {
    static final String BUNDLE = "web";

    private static final String ALIAS = "probe-guard";

    private ServingCertificate() {}

    /** One that nobody trusts, so that /livez can be served while there is none. */
    public static ServingPair placeholder() {
        Instant now = Instant.now();
        Duration life = Duration.ofDays(1);
        return CertificateAuthority.create(now, life).issue(List.of("localhost"), now, life);
    }

    /**
     * @param clientAuthorities of client certificates; none are asked for if it is empty
     * @throws IllegalStateException if they cannot be served, saying why
     */
    static SslBundle bundle(ServingPair pair, List<X509Certificate> clientAuthorities) {
        try {
            KeyStore own = empty();
            own.setKeyEntry(ALIAS, pair.key(), new char[0], pair.chain().toArray(Certificate[]::new));
            return SslBundle.of(
                    SslStoreBundle.of(own, "", clientAuthorities.isEmpty() ? null : trusting(clientAuthorities)));
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("the certificate cannot be served: " + e.getMessage(), e);
        }
    }

    private static KeyStore trusting(List<X509Certificate> authorities) throws GeneralSecurityException, IOException {
        KeyStore trusted = empty();
        for (int i = 0; i < authorities.size(); i++) {
            trusted.setCertificateEntry("client-ca-" + i, authorities.get(i));
        }
        return trusted;
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }
}
