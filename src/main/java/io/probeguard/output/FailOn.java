package io.probeguard.output;

import io.probeguard.policy.Action;
import org.jspecify.annotations.Nullable;

/** From when on a command exits with 1, the strictest first; the constants are spelled as on the command line. */
public enum FailOn {
    skipped(Action.WARN),
    warn(Action.WARN),
    deny(Action.DENY),
    never(null);

    private final @Nullable Action threshold;

    FailOn(@Nullable Action threshold) {
        this.threshold = threshold;
    }

    /**
     * @param worst the most severe action that was found
     * @param allJudged whether all that was given was judged
     */
    public boolean isMet(Action worst, boolean allJudged) {
        return (threshold != null && worst.compareTo(threshold) >= 0) || (this == skipped && !allJudged);
    }
}
