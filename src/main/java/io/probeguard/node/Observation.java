package io.probeguard.node;

import io.probeguard.catalogue.CatalogueEntry;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * That exec was observed to fail on a node, for several workloads within a short time.
 *
 * @param since when the last workload failed that was needed for the observation
 * @param build the one that the symptoms are a signature of; null where any may be
 * @param workloads how many different workloads
 */
public record Observation(Instant since, @Nullable CatalogueEntry build, int workloads) {}
