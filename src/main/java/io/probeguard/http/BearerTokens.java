package io.probeguard.http;

import io.probeguard.tls.MountedFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The bearer tokens of a file, one a line: callers may present any of them. Two are there while one replaces the other, as
 * API servers read theirs only when they start.
 */
public final class BearerTokens {
    private final Path file;
    private volatile List<String> accepted;

    private BearerTokens(Path file, List<String> accepted) {
        this.file = file;
        this.accepted = accepted;
    }

    /** @throws IOException if the file cannot be read, or has none; the message names the file */
    public static BearerTokens of(Path file) throws IOException {
        return new BearerTokens(file, read(file));
    }

    private static List<String> read(Path file) throws IOException {
        List<String> tokens = new MountedFile(file)
                .text()
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
        if (tokens.isEmpty()) {
            throw new IOException(file + " is empty");
        }
        return tokens;
    }

    public Path file() {
        return file;
    }

    /** Those in the file now. */
    public List<String> read() throws IOException {
        return read(file);
    }

    public List<String> accepted() {
        return accepted;
    }

    /** From now on, these alone. */
    public void accept(List<String> tokens) {
        accepted = tokens;
    }

    /** @param authorization the header of that name; null if there is none */
    boolean accepts(@Nullable String authorization) {
        if (authorization == null) {
            return false;
        }
        byte[] presented = utf8(authorization);
        boolean found = false;
        for (String token : accepted) {
            found |= MessageDigest.isEqual(utf8("Bearer " + token), presented); // in constant time
        }
        return found;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
