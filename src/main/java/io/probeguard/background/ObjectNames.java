package io.probeguard.background;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** Names of objects that are the same whoever makes them, so that a new leader finds those of the last one. */
final class ObjectNames {
    /** Of a DNS subdomain, which nearly every object's name must be. */
    static final int LONGEST = 253;

    private static final int DIGITS = 16;
    private static final Pattern BAD_END = Pattern.compile("[^a-z0-9]+$");

    private ObjectNames() {}

    /** A name that people recognise, as much of it as there is room for, and a hash of all that makes it what it is. */
    static String hashed(String name, String... identity) {
        int room = LONGEST - 1 - DIGITS;
        String start = name.length() <= room
                ? name
                : BAD_END.matcher(name.substring(0, room)).replaceAll("");
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
