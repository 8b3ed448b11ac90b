package io.probeguard.probe;

import org.jspecify.annotations.Nullable;

/**
 * What becomes of a container whose exec probe or hook is faulty.
 *
 * @param outcome what happens, in one word
 * @param firstKill when the container is first killed, in seconds after its start; null where it is not
 * @param graceSeconds how long a killed container may take to stop; seconds
 * @param summary a few words, for a warning
 * @param sentence the whole of it, for a report
 */
public record Consequence(
        Outcome outcome, @Nullable Seconds firstKill, long graceSeconds, String summary, String sentence) {

    public enum Outcome {
        RESTART_LOOP,
        POD_FAILS,
        NEVER_READY,
        NEVER_STARTED,
        SOMETIMES_KILLED,
        SOMETIMES_UNREADY,
        UNPROTECTED,
        NO_GRACEFUL_STOP,
        UNKNOWN
    }

    /**
     * A span of seconds.
     *
     * @param latest null where there is no bound
     */
    public record Seconds(long earliest, @Nullable Long latest) {
        @Override
        public String toString() {
            return latest == null ? earliest + " s or more" : earliest + " to " + latest + " s";
        }
    }
}
