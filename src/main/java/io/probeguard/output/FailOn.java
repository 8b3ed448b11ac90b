package io.probeguard.output;

import io.probeguard.policy.Action;
import org.jspecify.annotations.Nullable;

/** The least severe action for which a command exits with 1; the constants are spelled as on the command line. */
public enum FailOn {
    warn(Action.WARN),
    deny(Action.DENY),
    never(null);

    private final @Nullable Action threshold;

    FailOn(@Nullable Action threshold) {
        this.threshold = threshold;
    }

    /** @param worst the most severe action that was found */
    public boolean isMet(Action worst) {
        return threshold != null && worst.compareTo(threshold) >= 0;
    }
}
