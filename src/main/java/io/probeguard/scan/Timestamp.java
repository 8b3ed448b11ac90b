package io.probeguard.scan;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** A point in time, for people to the minute and for machines as ISO 8601. */
public record Timestamp(String text, String machine) {
    private static final DateTimeFormatter TEXT =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'").withZone(ZoneOffset.UTC);

    public static Timestamp of(Instant instant) {
        return new Timestamp(TEXT.format(instant), instant.toString());
    }
}
