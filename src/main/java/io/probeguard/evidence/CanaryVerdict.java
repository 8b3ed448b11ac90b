package io.probeguard.evidence;

import io.probeguard.text.Keyword;

/** What a canary pod says about exec on its node. */
public enum CanaryVerdict implements Keyword {
    WORKS,
    /** Some execs get there, others do not. */
    SOMETIMES,
    FAILS,
    /** No exec comes back. */
    HANGS,
    /** Every exec gets there, but so late that short timeouts cannot be met; that may be the node's load. */
    SLOW,
    /** Nothing can be said, or not yet. */
    UNKNOWN;

    /** Whether execs do not get there; of a slow node all do. */
    public boolean isBroken() {
        return this == SOMETIMES || this == FAILS || this == HANGS;
    }
}
