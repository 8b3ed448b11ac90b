package io.probeguard.background;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * When the background review is due: at an interval, once what it depends on has changed and settled, and soon again after
 * it failed. For one thread.
 *
 * @param <C> what it depends on, with a meaningful {@code equals}
 */
final class ReviewSchedule<C> {
    /** Nodes and labels often change one after the other, and one pass will do for all. */
    private static final Duration SETTLING = Duration.ofSeconds(3);

    private static final Duration RETRY = Duration.ofSeconds(30);

    private final Duration interval;
    private @Nullable C reviewed;
    private @Nullable C seen;
    private Instant seenSince = Instant.MIN;
    private Instant next = Instant.MIN;

    ReviewSchedule(Duration interval) {
        this.interval = interval;
    }

    /** @param circumstances as they are now */
    boolean isDue(Instant now, C circumstances) {
        if (!circumstances.equals(seen)) {
            seen = circumstances;
            seenSince = now;
        }
        boolean hasChanged = !circumstances.equals(reviewed) && !now.isBefore(seenSince.plus(SETTLING));
        return !now.isBefore(next) || (reviewed != null && hasChanged);
    }

    void succeeded(Instant start, C circumstances) {
        reviewed = circumstances;
        next = start.plus(interval);
    }

    void failed(Instant end) {
        reviewed = null; // what is new now is looked at by the next try
        next = end.plus(interval.compareTo(RETRY) < 0 ? interval : RETRY);
    }

    /** Makes it due at once, as for a new leader. */
    void hasten() {
        next = Instant.MIN;
    }
}
