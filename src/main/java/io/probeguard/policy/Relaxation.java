package io.probeguard.policy;

import io.probeguard.kubelet.Situation;
import io.probeguard.probe.Timing;
import org.jspecify.annotations.Nullable;

/**
 * What relaxing makes of a probe.
 *
 * @param before the timing as its author wrote it
 * @param after the relaxed timing
 * @param situation the pod with all of its relaxed timing on the worst node; null where it is not known how exec fails
 * @param applied whether the pod has the relaxed numbers already, because a mutating review set them
 */
public record Relaxation(
        Timing before, Timing after, @Nullable Situation situation, boolean applied) {}
