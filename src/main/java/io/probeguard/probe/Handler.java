package io.probeguard.probe;

import io.probeguard.text.Keyword;

/** What the kubelet calls exec for, in the order of every list here. */
public enum Handler implements Keyword {
    LIVENESS("liveness", "livenessProbe"),
    READINESS("readiness", "readinessProbe"),
    STARTUP("startup", "startupProbe"),
    POST_START("postStart", "lifecycle/postStart"),
    PRE_STOP("preStop", "lifecycle/preStop");

    private final String word;
    private final String field;

    Handler(String word, String field) {
        this.word = word;
        this.field = field;
    }

    /** The word that Kubernetes' own messages use: {@code liveness}, {@code postStart}. */
    @Override
    public String word() {
        return word;
    }

    /** Where it stands below a container, as a JSON pointer without the leading slash. */
    public String field() {
        return field;
    }

    /** Whether it runs periodically and has timing; otherwise it is a lifecycle hook, which has none. */
    public boolean isProbe() {
        return this == LIVENESS || this == READINESS || this == STARTUP;
    }

    @Override
    public String toString() {
        return word;
    }
}
