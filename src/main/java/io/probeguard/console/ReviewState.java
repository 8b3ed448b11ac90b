package io.probeguard.console;

import io.probeguard.console.Source.Reviewed;
import org.jspecify.annotations.Nullable;

/**
 * When there was a review of what runs.
 *
 * @param at null where there was none
 * @param notReviewed why there was none; null where there was
 */
record ReviewState(@Nullable Moment at, @Nullable String notReviewed, boolean incomplete) {
    static ReviewState of(Source source, @Nullable Reviewed reviewed) {
        return reviewed == null
                ? new ReviewState(null, source.notReviewed(), false)
                : new ReviewState(Moment.of(reviewed.at()), null, !reviewed.complete());
    }
}
