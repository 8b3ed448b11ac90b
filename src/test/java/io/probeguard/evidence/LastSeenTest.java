package io.probeguard.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LastSeenTest {
    private static final Instant START = Instant.parse("2026-11-27T12:00:00Z");
    private final LastSeen<String> seen = new LastSeen<>(Duration.ofMinutes(10), (before, after) -> before + after);

    private void see(int minute, Map<String, String> present) {
        seen.see(present, START.plus(Duration.ofMinutes(minute)));
    }

    @Test
    void holdsForAWhileAfterItWasSeenLast() {
        assertThat(seen.values()).isEmpty();
        see(0, Map.of("a", "1", "b", "1"));
        see(5, Map.of("a", "2"));
        assertThat(seen.values()).isEqualTo(Map.of("a", "12", "b", "1"));
        see(10, Map.of());
        assertThat(seen.values()).isEqualTo(Map.of("a", "12", "b", "1"));
        see(11, Map.of());
        assertThat(seen.values()).isEqualTo(Map.of("a", "12"));
        see(16, Map.of("b", "3"));
        assertThat(seen.values()).isEqualTo(Map.of("b", "3"));
    }
}
