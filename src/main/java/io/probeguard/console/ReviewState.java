package io.probeguard.console;

import io.probeguard.background.BackgroundReview.Pass;
import io.probeguard.scan.Moment;
import org.jspecify.annotations.Nullable;

/**
 * When there was a review of what runs.
 *
 * @param at null where there was none
 * @param trouble why there is none, or none that is newer; null where nothing is wrong
 */
record ReviewState(@Nullable Moment at, @Nullable String trouble, boolean incomplete) {
    static ReviewState of(Source source, @Nullable Pass pass) {
        return pass == null
                ? new ReviewState(null, source.reviewTrouble(), false)
                : new ReviewState(Moment.of(pass.at()), source.reviewTrouble(), !pass.isComplete());
    }
}
