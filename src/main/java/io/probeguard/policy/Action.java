package io.probeguard.policy;

import io.probeguard.text.Keyword;

/** What becomes of a pod because of one finding, the mildest first. For a template: of the pods created from it. */
public enum Action implements Keyword {
    NONE,
    /** Nothing is left to do: longer timing helps there, and the probe's is at the policy's floors already. */
    AT_FLOORS {
        @Override
        public String word() {
            return "atFloors";
        }
    },
    WARN,
    REWRITE,
    DENY;

    /** Whether somebody is to do something about it, or the policy does. */
    public boolean isActed() {
        return compareTo(WARN) >= 0;
    }

    @Override
    public String toString() {
        return word();
    }
}
