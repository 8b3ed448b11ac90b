package io.probeguard.node;

import io.probeguard.catalogue.CatalogueEntry;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * That exec was seen to go wrong on a node, for several workloads within a short time.
 *
 * @param since when the last of them was seen that it took
 * @param build what the symptoms are a signature of; null where they fit any
 * @param workloads how many different ones
 */
public record Observation(Instant since, @Nullable CatalogueEntry build, int workloads) {}
