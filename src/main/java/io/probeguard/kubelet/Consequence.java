package io.probeguard.kubelet;

import io.probeguard.probe.Handler;
import org.jspecify.annotations.Nullable;

/**
 * What one exec probe or hook does to its pod where exec is faulty.
 *
 * @param certain whether it comes in any case, rather than when exec happens to be faulty at the wrong moment
 * @param firstKill how long after its start its container first ends because of it, grace period included; null where it
 *     does not
 * @param kills how often its container may end because of it within the time looked at; 0 where it does not
 * @param grace how much longer its container may take to end if its program does not heed SIGTERM; seconds
 * @param discarded whether the kubelet throws all its results away
 * @param blockedBy the handler that keeps it from ever being called; null where none does
 * @param seconds the time looked at
 */
public record Consequence(
        Outcome outcome,
        boolean certain,
        @Nullable Seconds firstKill,
        int kills,
        long grace,
        boolean discarded,
        @Nullable Handler blockedBy,
        double seconds) {

    /** What is not known of any exec probe or hook. */
    public static final Consequence UNKNOWN = new Consequence(Outcome.UNKNOWN, false, null, 0, 0, false, null, 0);

    public enum Outcome {
        RESTART_LOOP,
        /** Its container is killed and not started again. */
        POD_FAILS,
        NEVER_READY,
        /** The pod may be Ready, and may not be. */
        SOMETIMES_UNREADY,
        NEVER_STARTED,
        /** Another handler comes first, and never succeeds. */
        NEVER_RUNS,
        /** It never has a container that is dead restarted. */
        UNPROTECTED,
        /** A container that is dead may stay Ready, and get requests. */
        STAYS_READY,
        NO_GRACEFUL_STOP,
        /** A deleted pod does not go away. */
        NEVER_DELETED,
        /** It does what it is for, later than it would. */
        LATE,
        /** Neither of these within the time looked at. */
        NOTHING_YET,
        UNKNOWN
    }

    /** What is true of this and of another of the same outcome: the container ends when either says. */
    public Consequence or(Consequence other) {
        return firstKill == null || other.firstKill == null
                ? this
                : new Consequence(
                        outcome,
                        certain,
                        firstKill.or(other.firstKill),
                        Math.max(kills, other.kills),
                        Math.max(grace, other.grace),
                        discarded,
                        blockedBy,
                        seconds);
    }

    /**
     * A range of seconds since the start of a container.
     *
     * @param latest null where there is no bound
     */
    public record Seconds(long earliest, @Nullable Long latest) {
        static Seconds of(double earliest, double latest) {
            return new Seconds((long) Math.floor(Math.max(0, earliest)), (long) Math.ceil(latest));
        }

        Seconds or(Seconds other) {
            return new Seconds(
                    Math.min(earliest, other.earliest),
                    latest == null || other.latest == null ? null : (Long) Math.max(latest, other.latest));
        }

        @Override
        public String toString() {
            return latest == null ? earliest + " s or more" : earliest + " to " + latest + " s";
        }
    }
}
