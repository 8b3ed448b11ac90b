package io.probeguard.policy;

import io.probeguard.kubelet.Consequence;
import io.probeguard.probe.Timing;

/**
 * What relaxing makes of a probe.
 *
 * @param before the timing as its author wrote it
 * @param after the relaxed timing
 * @param consequence with the relaxed timing
 * @param applied whether the pod has the relaxed numbers already, because a mutating review set them
 */
public record Relaxation(Timing before, Timing after, Consequence consequence, boolean applied) {}
