package io.probeguard.tls;

import io.probeguard.text.Failures;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * A file of a Secret, in place of which there may be anything at any time: only regular files of up to 1 MiB are opened, as
 * a pipe would block its reader for good.
 */
public record MountedFile(Path path) {
    /** In bytes; a Secret is not larger. */
    private static final int MAX_SIZE = 1024 * 1024;

    /** @throws IOException if it cannot be read; the message names the file */
    public String text() throws IOException {
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
