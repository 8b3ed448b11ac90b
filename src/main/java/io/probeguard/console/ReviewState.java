package io.probeguard.console;

import io.probeguard.background.BackgroundReview.Pass;
import io.probeguard.scan.Timestamp;
import org.jspecify.annotations.Nullable;

/**
 * When there was a review of what runs.
 *
 * @param at null where there was none
 * @param problem why there is none, or none that is newer; null where nothing is wrong
 */
record ReviewState(@Nullable Timestamp at, @Nullable String problem, boolean incomplete) {
    static ReviewState of(ConsoleData source, @Nullable Pass pass) {
        return pass == null
                ? new ReviewState(null, source.reviewProblem(), false)
                : new ReviewState(Timestamp.of(pass.at()), source.reviewProblem(), !pass.isComplete());
    }
}
