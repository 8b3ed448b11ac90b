package io.probeguard.console;

import io.probeguard.background.BackgroundReview.Pass;
import io.probeguard.scan.Timestamp;
import org.jspecify.annotations.Nullable;

/**
 * When running workloads were last reviewed.
 *
 * @param at null where they have not been
 * @param problem why there is no review, or no newer one; null where nothing is wrong
 * @param incomplete whether some of what runs could not be read
 */
record ReviewState(@Nullable Timestamp at, @Nullable String problem, boolean incomplete) {
    static ReviewState of(ConsoleData source, @Nullable Pass pass) {
        return pass == null
                ? new ReviewState(null, source.reviewProblem(), false)
                : new ReviewState(Timestamp.of(pass.at()), source.reviewProblem(), !pass.isComplete());
    }
}
