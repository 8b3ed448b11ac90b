package io.probeguard.background;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * When the background review is due: at an interval, once its inputs have changed and settled, and soon again after it
 * failed. For one thread.
 *
 * @param <I> its inputs, with a meaningful {@code equals}
 */
final class ReviewSchedule<I> {
    /** Nodes and labels often change shortly after one another, and one pass is enough for all changes. */
    private static final Duration SETTLING = Duration.ofSeconds(3);

    private static final Duration RETRY = Duration.ofSeconds(30);

    private final Duration interval;
    private @Nullable I reviewed;
    private @Nullable I seen;
    private Instant seenSince = Instant.MIN;
    private Instant next = Instant.MIN;

    ReviewSchedule(Duration interval) {
        this.interval = interval;
    }

    /** @param inputs the current ones */
    boolean isDue(Instant now, I inputs) {
        if (!inputs.equals(seen)) {
            seen = inputs;
            seenSince = now;
        }
        boolean hasChanged = !inputs.equals(reviewed) && !now.isBefore(seenSince.plus(SETTLING));
        return !now.isBefore(next) || (reviewed != null && hasChanged);
    }

    void succeeded(Instant start, I inputs) {
        reviewed = inputs;
        next = start.plus(interval);
    }

    void failed(Instant end) {
        reviewed = null; // changes are reviewed with the next attempt
        next = end.plus(interval.compareTo(RETRY) < 0 ? interval : RETRY);
    }

    /** Makes it due at once, for a new leader. */
    void makeDue() {
        next = Instant.MIN;
    }
}
