package io.probeguard.kubelet;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What happens to a container whose exec probe or hook is faulty.
 *
 * @param outcome what happens, in one word
 * @param firstKill when the container is first killed, in seconds after its start; null where it is not
 * @param firstReady when a readiness probe can first make it Ready, in seconds after its start; null where it never does,
 *     and for other handlers
 * @param graceSeconds how long a killed container may take to stop; seconds
 * @param summary a few words, for a warning
 * @param sentence the whole of it, for a report
 */
public record Consequence(
        Outcome outcome,
        @Nullable Seconds firstKill,
        @Nullable Seconds firstReady,
        long graceSeconds,
        String summary,
        String sentence) {

    private static final long FIRST_BACK_OFF = 10;
    private static final long MAX_BACK_OFF = 300;

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
     * One life of the container.
     *
     * @param start seconds after its first start
     * @param killed when it ends, in seconds after its first start
     */
    public record Life(long start, Seconds killed) {}

    /**
     * The lives that begin within so many seconds, each as long as it can be; the time between two is the back-off, and
     * not the stopping. Empty where the container is not killed for certain.
     *
     * <p>The first restart is at once, the second after 10 s, then twice as long each time up to 300 s; a life of over
     * 600 s resets the back-off (client-go, util/flowcontrol/backoff.go).
     */
    public List<Life> lives(long seconds) {
        List<Life> lives = new ArrayList<>();
        if (firstKill == null || (outcome != Outcome.RESTART_LOOP && outcome != Outcome.POD_FAILS)) {
            return lives;
        }
        Long life = outcome == Outcome.RESTART_LOOP ? firstKill.latest() : null;
        long start = 0;
        long backOff = 0;
        while (start < seconds) {
            lives.add(new Life(start, firstKill.after(start)));
            if (life == null) {
                break;
            }
            backOff = life > 2 * MAX_BACK_OFF ? 0 : backOff;
            start += life + backOff;
            backOff = Math.min(Math.max(2 * backOff, FIRST_BACK_OFF), MAX_BACK_OFF);
        }
        return lives;
    }

    /**
     * A range of seconds.
     *
     * @param latest null where there is no bound
     */
    public record Seconds(long earliest, @Nullable Long latest) {
        Seconds after(long start) {
            return new Seconds(start + earliest, latest == null ? null : start + latest);
        }

        @Override
        public String toString() {
            return latest == null ? earliest + " s or more" : earliest + " to " + latest + " s";
        }
    }
}
