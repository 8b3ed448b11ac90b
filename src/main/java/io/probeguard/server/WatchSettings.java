package io.probeguard.server;

import io.probeguard.evidence.Prometheus;
import org.jspecify.annotations.Nullable;

/**
 * What of a live cluster is watched besides its nodes and Events, since nodes are flagged by it.
 *
 * @param catalogueConfigMap name of a ConfigMap with changes of the catalogue, in the namespace that this runs in; null for
 *     none
 * @param canaries whether canary pods stand on nodes, in that namespace
 * @param prometheus null for none
 */
public record WatchSettings(
        @Nullable String catalogueConfigMap,
        boolean canaries,
        @Nullable Prometheus prometheus) {}
