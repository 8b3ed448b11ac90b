package io.probeguard.kubelet;

import com.fasterxml.jackson.annotation.JsonValue;

/** What can happen to a pod, in the words of {@code -o json}. */
public enum EventKind {
    /** A container has started. */
    STARTED("started", "started"),
    /** A container has ended by the kubelet's doing, its grace period included. */
    KILLED("killed", "killed"),
    /** The pod's condition Ready has become True. */
    READY("ready", "Ready"),
    /** It has become False again. */
    NOT_READY("notReady", "not Ready"),
    STARTUP_SUCCEEDED("startupSucceeded", "startup succeeded"),
    CRASH_LOOP_BACK_OFF("crashLoopBackOff", "waits in CrashLoopBackOff"),
    /** The init containers have done their part. */
    INITIALIZED("initialized", "initialized"),
    POD_SUCCEEDED("podSucceeded", "Succeeded"),
    POD_FAILED("podFailed", "Failed"),
    JOB_COMPLETE("jobComplete", "Job complete"),
    JOB_FAILED("jobFailed", "Job failed"),
    /** The pod is gone from the API server. */
    DELETED("deleted", "deleted"),
    /** The node's condition Ready has become False. */
    NODE_NOT_READY("nodeNotReady", "node NotReady");

    private final String word;
    private final String phrase;

    EventKind(String word, String phrase) {
        this.word = word;
        this.phrase = phrase;
    }

    @JsonValue
    public String word() {
        return word;
    }

    /** The same for people. */
    public String phrase() {
        return phrase;
    }

    @Override
    public String toString() {
        return word;
    }
}
