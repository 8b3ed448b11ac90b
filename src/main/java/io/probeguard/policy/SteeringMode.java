package io.probeguard.policy;

import io.probeguard.text.Keyword;

/** Whether mode rewrite also steers pods away from nodes on which exec always fails or hangs, which no timing fixes. */
public enum SteeringMode implements Keyword {
    OFF,
    /** The scheduler is asked to use other nodes where it can. */
    PREFER,
    /** It must use other nodes. */
    REQUIRE
}
