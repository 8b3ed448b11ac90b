package io.probeguard.server;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.probeguard.background.CatalogueEvents.Rejection;
import io.probeguard.catalogue.CatalogueInUse;
import io.probeguard.cluster.Inventory;
import io.probeguard.cluster.LiveCluster;
import io.probeguard.evidence.CanaryWatch;
import io.probeguard.evidence.LiveEvidence;
import io.probeguard.evidence.Prometheus;
import io.probeguard.evidence.PrometheusWatch;
import io.probeguard.node.Fleet;
import io.probeguard.policy.Policy;
import io.probeguard.policy.SymptomUse;
import org.jspecify.annotations.Nullable;

/** The nodes and namespaces of a live cluster, and all by which the nodes are flagged: watched from the beginning. */
final class WatchedNodes implements AutoCloseable {
    private final LiveEvidence evidence;
    private final CatalogueInUse catalogue;
    private final @Nullable CatalogueWatch catalogueWatch;
    private final LiveCluster live;

    /** @param namespace that this runs in */
    WatchedNodes(KubernetesClient client, Policy policy, String namespace, WatchSettings settings) {
        Prometheus prometheus = settings.prometheus();
        this.evidence = new LiveEvidence(
                settings.canaries() ? new CanaryWatch(client, namespace) : null,
                prometheus == null ? null : new PrometheusWatch(prometheus, new Inventory(client), this::fleet));
        this.catalogue = new CatalogueInUse(policy.catalogue());
        this.live = LiveCluster.watch(client, catalogue, policy.symptoms() != SymptomUse.OFF, evidence::latest);
        this.catalogueWatch = settings.catalogueConfigMap() == null
                ? null
                : new CatalogueWatch(client, namespace, settings.catalogueConfigMap(), catalogue);
    }

    /** Empty before anything is known. */
    Fleet fleet() {
        return live.fleet();
    }

    LiveCluster live() {
        return live;
    }

    boolean areKnown() {
        return live.isSynced();
    }

    /** Why the ConfigMap with changes of the catalogue is not used; null if it is, or there is none. */
    @Nullable
    Rejection catalogueRejection() {
        return catalogueWatch == null ? null : catalogueWatch.rejection();
    }

    void register(Metrics metrics) {
        metrics.nodes(live::fleet, live::isConnectedToNodes);
        metrics.watching("nodes", live::isConnectedToNodes, live::nodesOutdatedBy);
        metrics.watching("namespaces", live::isConnectedToNamespaces, live::namespacesOutdatedBy);
        if (catalogueWatch != null) {
            metrics.watching("catalogue", catalogueWatch::isConnected, catalogueWatch::outdatedBy);
            metrics.catalogue(catalogue, () -> catalogueWatch.rejection() != null);
        }
    }

    @Override
    public void close() {
        if (catalogueWatch != null) {
            catalogueWatch.close();
        }
        live.close();
        evidence.close();
    }
}
