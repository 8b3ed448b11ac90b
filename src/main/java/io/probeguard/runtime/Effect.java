package io.probeguard.runtime;

import com.fasterxml.jackson.annotation.JsonValue;

/** What a broken build does to exec, the worst first. */
public enum Effect {
    ALWAYS_FAILS("always-fails", "always fails"),
    HANGS("hangs", "hangs at times"),
    SOMETIMES_FAILS("sometimes-fails", "fails at times"),
    SLOW("slow", "is slow"),
    IGNORES_TIMEOUT("ignores-timeout", "ignores its timeout"),
    LEAKS("leaks", "leaks processes or memory"),
    /** An admin flagged the node without saying which build it runs. */
    UNKNOWN("unknown", "is broken");

    private final String word;
    private final String phrase;

    Effect(String word, String phrase) {
        this.word = word;
        this.phrase = phrase;
    }

    /** As catalogues and reports write it: {@code always-fails}. */
    @JsonValue
    public String word() {
        return word;
    }

    /** With "exec" in front it is a statement: (exec) {@code always fails}. */
    public String phrase() {
        return phrase;
    }

    /** Whether a build with this effect flags the nodes that run it; the others only shape what happens there. */
    public boolean breaksExec() {
        return this == ALWAYS_FAILS || this == HANGS || this == SOMETIMES_FAILS;
    }

    @Override
    public String toString() {
        return word;
    }
}
