package io.probeguard.catalogue;

import com.fasterxml.jackson.annotation.JsonValue;

/** What a broken build does to exec, the worst first. */
public enum Effect {
    ALWAYS_FAILS("always-fails", "always fails", "may always fail"),
    ALWAYS_HANGS("always-hangs", "always hangs", "may always hang"),
    HANGS("hangs", "hangs at times", "may hang at times"),
    SOMETIMES_FAILS("sometimes-fails", "fails at times", "may fail at times"),
    SLOW("slow", "is slow", "may be slow"),
    IGNORES_TIMEOUT("ignores-timeout", "ignores its timeout", "may ignore its timeout"),
    LEAKS("leaks", "leaks processes or memory", "may leak processes or memory"),
    /** An admin flagged the node without saying which build it runs. */
    UNKNOWN("unknown", "is broken", "may be broken");

    private final String word;
    private final String phrase;
    private final String suspicion;

    Effect(String word, String phrase, String suspicion) {
        this.word = word;
        this.phrase = phrase;
        this.suspicion = suspicion;
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

    /** The same of a build that is only suspected: (exec) {@code may always fail}. */
    public String suspicion() {
        return suspicion;
    }

    /** Whether no exec gets through, so that no timing helps. */
    public boolean isTotal() {
        return this == ALWAYS_FAILS || this == ALWAYS_HANGS;
    }

    /** Whether a build with this effect flags the nodes that run it; the others only shape what happens there. */
    public boolean breaksExec() {
        return isTotal() || this == HANGS || this == SOMETIMES_FAILS;
    }

    @Override
    public String toString() {
        return word;
    }
}
