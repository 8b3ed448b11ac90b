package io.probeguard.node;

import org.jspecify.annotations.Nullable;

/**
 * What is seen of exec on a node, beside what the node reports of itself; null for what nothing is seen of.
 *
 * @param canary by its canary pod
 * @param counts by Prometheus, in the counts of its probes
 * @param symptoms by Events
 */
public record Evidence(
        @Nullable CanaryEvidence canary,
        @Nullable Observation counts,
        @Nullable Observation symptoms) {
    public static final Evidence NONE = new Evidence(null, null, null);

    /** The same with these symptoms. */
    public Evidence with(@Nullable Observation newSymptoms) {
        return new Evidence(canary, counts, newSymptoms);
    }
}
