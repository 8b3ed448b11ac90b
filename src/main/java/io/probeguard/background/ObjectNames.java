package io.probeguard.background;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** Deterministic object names, so that a new leader finds the objects of the last one. */
final class ObjectNames {
    /** Of a DNS subdomain, which the name of nearly every object must be. */
    static final int MAX_LENGTH = 253;

    private static final int DIGITS = 16;
    private static final Pattern BAD_END = Pattern.compile("[^a-z0-9]+$");

    private ObjectNames() {}

    /** A name that people recognize, truncated if necessary, and a hash of all that identifies the object. */
    static String hashed(String name, String... identity) {
        int max = MAX_LENGTH - 1 - DIGITS;
        String start = name.length() <= max
                ? name
                : BAD_END.matcher(name.substring(0, max)).replaceAll("");
        return start + "." + hash(String.join("\0", identity));
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, DIGITS / 2);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
