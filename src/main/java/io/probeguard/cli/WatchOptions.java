package io.probeguard.cli;

import io.probeguard.server.WatchSettings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** By what the nodes of a cluster that is watched are flagged, besides what they report. */
final class WatchOptions {
    @Option(
            names = "--catalogue-configmap",
            paramLabel = "NAME",
            description =
                    "Watch this ConfigMap in --own-namespace for entries of the catalogue, in its key catalogue.yaml; "
                            + "those of --catalogue and --policy prevail. Default: none.")
    private @Nullable String catalogueConfigMap;

    @Option(
            names = "--canaries",
            description =
                    "Read what the chart's canary pods in --own-namespace show of exec on their nodes; \"serve\" also labels "
                            + "nodes with their container runtime (probe-guard.io/runtime), by which these pods are placed.")
    private boolean canaries;

    @Mixin
    private PrometheusOptions prometheus;

    WatchSettings settings() {
        return new WatchSettings(catalogueConfigMap, canaries, prometheus.prometheus());
    }
}
