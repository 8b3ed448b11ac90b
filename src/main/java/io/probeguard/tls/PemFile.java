package io.probeguard.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/** A file of certificates or a key. */
public record PemFile(Path path) {
    /**
     * All certificates in it, at least one.
     *
     * @throws IOException if there is none, or it cannot be read; the message names the file
     */
    public List<X509Certificate> certificates() throws IOException {
        String text = new MountedFile(path).text();
        try {
            List<X509Certificate> certificates = Pem.certificates(text);
            if (certificates.isEmpty()) {
                throw new IOException("no certificate found");
            }
            return certificates;
        } catch (IOException | GeneralSecurityException e) {
            throw new IOException(path + " is not a PEM certificate: " + e.getMessage(), e);
        }
    }

    /** @throws IOException if it has no key, or cannot be read; the message names the file */
    PrivateKey key() throws IOException {
        String text = new MountedFile(path).text();
        try {
            return Pem.key(text);
        } catch (IOException e) {
            throw new IOException(path + " is not an unencrypted PEM private key: " + e.getMessage(), e);
        }
    }
}
