package io.probeguard.server;

import io.probeguard.evidence.Prometheus;
import org.jspecify.annotations.Nullable;

/**
 * What is looked at to see how exec goes on nodes, besides Events.
 *
 * @param canaries whether canary pods stand on nodes, in the namespace that this runs in
 * @param prometheus null for none
 */
public record EvidenceSettings(boolean canaries, @Nullable Prometheus prometheus) {}
