package io.probeguard.catalogue;

import io.probeguard.text.Keyword;

/** What a broken build does to exec, the worst first. */
public enum Effect implements Keyword {
    ALWAYS_FAILS("always fails", "may always fail"),
    ALWAYS_HANGS("always hangs", "may always hang"),
    HANGS("hangs intermittently", "may hang intermittently"),
    /** Exec works; where it meets the end of its container, that is never told, and the container stays "Running". */
    LOSES_EXIT("loses container exits at times", "may lose container exits"),
    SOMETIMES_FAILS("fails intermittently", "may fail intermittently"),
    SLOW("is slow", "may be slow"),
    IGNORES_TIMEOUT("ignores its timeout", "may ignore its timeout"),
    LEAKS("leaks processes or memory", "may leak processes or memory"),
    /** An admin flagged the node without naming the build that it runs. */
    UNKNOWN("is broken", "may be broken");

    private final String phrase;
    private final String suspicion;

    Effect(String phrase, String suspicion) {
        this.phrase = phrase;
        this.suspicion = suspicion;
    }

    /** With "exec" in front it is a statement: (exec) {@code always fails}. */
    public String phrase() {
        return phrase;
    }

    /** The same of a build that is only suspected: (exec) {@code may always fail}. */
    public String suspicion() {
        return suspicion;
    }

    /** Whether every exec fails or hangs, so that no timing helps. */
    public boolean isTotal() {
        return this == ALWAYS_FAILS || this == ALWAYS_HANGS;
    }

    /** Whether a build with this effect flags the nodes that run it; the others only shape what happens there. */
    public boolean breaksExec() {
        return isTotal() || this == HANGS || this == LOSES_EXIT || this == SOMETIMES_FAILS;
    }

    @Override
    public String toString() {
        return word();
    }
}
