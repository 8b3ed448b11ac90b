package io.probeguard.output;

import io.probeguard.policy.Action;

/** From what on a command that judges exits with 1; the constants are spelled as users spell them. */
public enum FailOn {
    warn(Action.WARN),
    deny(Action.DENY),
    never(null);

    private final Action least;

    FailOn(Action least) {
        this.least = least;
    }

    /** @param worst the most severe of what was found */
    public boolean isMet(Action worst) {
        return least != null && worst.compareTo(least) >= 0;
    }
}
