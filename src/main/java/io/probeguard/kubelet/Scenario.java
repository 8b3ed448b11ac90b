package io.probeguard.kubelet;

import io.probeguard.probe.JobLimits;
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
}
