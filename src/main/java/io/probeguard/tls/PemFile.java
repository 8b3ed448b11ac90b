package io.probeguard.tls;

import io.probeguard.text.Failures;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * A file of certificates or a key, in place of which there may be anything at any time: only regular files of up to 1 MiB
 * are opened, as a pipe would block its reader for good.
 */
public record PemFile(Path path) {
    /** In bytes; a Secret is not larger. */
    private static final int MAX_SIZE = 1024 * 1024;

    /**
     * All certificates in it, at least one.
     *
     * @throws IOException if there is none, or it cannot be read; the message names the file
     */
    public List<X509Certificate> certificates() throws IOException {
        String text = text();
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
        String text = text();
        try {
            return Pem.key(text);
        } catch (IOException e) {
            throw new IOException(path + " is not an unencrypted PEM private key: " + e.getMessage(), e);
        }
    }

    /** Whatever it is a file of. */
    String text() throws IOException {
        try {
            if (!Files.readAttributes(path, BasicFileAttributes.class).isRegularFile()) {
                throw new IOException("not a regular file");
            }
            try (InputStream in = Files.newInputStream(path)) {
                byte[] content = in.readNBytes(MAX_SIZE + 1);
                if (content.length > MAX_SIZE) {
                    throw new IOException("larger than " + MAX_SIZE + " bytes");
                }
                return new String(content, StandardCharsets.UTF_8);
            }
        } catch (IOException e) {
            throw new IOException(path + ": " + Failures.message(e), e);
        }
    }
}
