package io.probeguard.node;

import io.probeguard.catalogue.CatalogueEntry;
import io.probeguard.catalogue.Effect;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * That exec was observed to fail on a node, for several workloads within a short time.
 *
 * @param since when the last workload failed that was needed for the observation
 * @param build the one that the symptoms are a signature of; null where any may be
 * @param effect that the symptoms show, the worst of them
 * @param workloads which different ones, as {@code namespace/name}
 * @param symptoms what Events of them contain, verbatim
 */
public record Observation(
        Instant since, @Nullable CatalogueEntry build, Effect effect, List<String> workloads, List<String> symptoms) {}
