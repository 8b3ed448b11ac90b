package io.probeguard.kubelet;

import io.probeguard.probe.PodSpec;
import org.jspecify.annotations.Nullable;

/**
 * A pod, and what happens to it.
 *
 * @param onTerm what its programs do on SIGTERM
 * @param deleteAt when it is deleted, in seconds; null where it is not
 * @param job the Job that makes such pods, one at a time; null for a pod that nothing replaces
 * @param seconds how far to look
 */
public record Scenario(
        PodSpec pod,
        NodeSoftware node,
        Faults faults,
        OnTerm onTerm,
        @Nullable Double deleteAt,
        @Nullable JobLimits job,
        double seconds) {

    /** @param exitCode with which programs end at once; null where they ignore the signal */
    public record OnTerm(@Nullable Integer exitCode) {
        private static final int KILLED = 137;

        /** The exit code of a container that was stopped. */
        int code() {
            return exitCode == null ? KILLED : exitCode;
        }
    }

    /**
     * What makes a Job give up.
     *
     * @param backoffLimit failed pods, or restarts where its pods restart; 6 by default
     * @param activeDeadlineSeconds null where there is none
     */
    public record JobLimits(int backoffLimit, @Nullable Long activeDeadlineSeconds) {
        public static final int DEFAULT_BACKOFF_LIMIT = 6;
    }
}
