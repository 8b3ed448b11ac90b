package io.probeguard.policy;

import io.probeguard.text.Keyword;

/** What becomes of a pod because of one finding, the mildest first. For a template: of the pods created from it. */
public enum Action implements Keyword {
    NONE,
    WARN,
    REWRITE,
    DENY;

    @Override
    public String toString() {
        return word();
    }
}
