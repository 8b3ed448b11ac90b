package io.probeguard.scan;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Moments as people and machines read them. */
public record Timestamp(String text, String machine) {
    private static final DateTimeFormatter TEXT =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'").withZone(ZoneOffset.UTC);

    public static Timestamp of(Instant instant) {
        return new Timestamp(TEXT.format(instant), instant.toString());
    }
}
