package io.probeguard.console;

import io.probeguard.report.BackgroundReview.Pass;
import io.probeguard.report.Moment;
import org.jspecify.annotations.Nullable;

/**
 * When there was a review of what runs.
 *
 * @param at null where there was none
 * @param notReviewed why there was none; null where there was
 */
record ReviewState(@Nullable Moment at, @Nullable String notReviewed, boolean incomplete) {
    static ReviewState of(Source source, @Nullable Pass pass) {
        return pass == null
                ? new ReviewState(null, source.notReviewed(), false)
                : new ReviewState(Moment.of(pass.at()), null, !pass.isComplete() || pass.podsNotRead() > 0);
    }
}
