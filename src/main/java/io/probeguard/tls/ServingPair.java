package io.probeguard.tls;

import java.io.IOException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/**
 * What a server serves: its certificate, and the private key of that.
 *
 * @param chain the certificate, followed by those of its intermediate authorities
 */
public record ServingPair(List<X509Certificate> chain, PrivateKey key) {
    public ServingPair {
        chain = List.copyOf(chain);
    }

    ServingPair(X509Certificate certificate, PrivateKey key) {
        this(List.of(certificate), key);
    }

    public X509Certificate certificate() {
        return chain.get(0);
    }

    /** @throws IOException if clients whose clocks are right would refuse it, saying why */
    public void checkValidity(Instant now) throws IOException {
        Instant start = certificate().getNotBefore().toInstant();
        Instant end = certificate().getNotAfter().toInstant();
        if (now.isBefore(start)) {
            throw new IOException("it is not valid before " + start);
        }
        if (!now.isBefore(end)) {
            throw new IOException("it expired at " + end);
        }
    }
}
