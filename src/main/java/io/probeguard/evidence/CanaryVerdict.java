package io.probeguard.evidence;

import com.fasterxml.jackson.annotation.JsonValue;
import io.probeguard.text.EnumNames;

/** What a canary pod says about exec on its node. */
public enum CanaryVerdict {
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

    @JsonValue
    @Override
    public String toString() {
        return EnumNames.word(this);
    }
}
