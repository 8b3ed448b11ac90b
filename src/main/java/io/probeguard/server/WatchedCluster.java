package io.probeguard.server;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.probeguard.background.BackgroundReview;
import io.probeguard.background.BackgroundReview.Publisher;
import io.probeguard.background.CatalogueEvents;
import io.probeguard.background.CatalogueEvents.Rejection;
import io.probeguard.background.NodeEvents;
import io.probeguard.background.OwnerEvents;
import io.probeguard.background.PolicyReports;
import io.probeguard.catalogue.CatalogueInUse;
import io.probeguard.cluster.Inventory;
import io.probeguard.cluster.Leadership;
import io.probeguard.cluster.LiveCluster;
import io.probeguard.cluster.NodeLabels;
import io.probeguard.evidence.CanaryWatch;
import io.probeguard.evidence.LiveEvidence;
import io.probeguard.evidence.Prometheus;
import io.probeguard.evidence.PrometheusWatch;
import io.probeguard.node.ClusterState;
import io.probeguard.node.Fleet;
import io.probeguard.node.NodeLabel;
import io.probeguard.policy.Policy;
import io.probeguard.policy.SteeringMode;
import io.probeguard.policy.SymptomUse;
import io.probeguard.text.Wording;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The live cluster: its nodes and namespaces are watched, and running workloads are reviewed. */
final class WatchedCluster implements ClusterSource {
    /** Nothing is lost while there is no leader but time. */
    private static final Duration LEASE = Duration.ofSeconds(30);

    private final KubernetesClient client;
    private final WebhookSettings settings;
    private final LiveEvidence evidence;
    private final CatalogueInUse catalogue;
    private final @Nullable CatalogueWatch catalogueWatch;
    private final LiveCluster live;
    private final @Nullable WebhookCalls calls;

    WatchedCluster(KubernetesClient client, WebhookSettings settings) {
        Policy policy = settings.policy();
        this.client = client;
        this.settings = settings;
        Prometheus prometheus = settings.evidence().prometheus();
        this.evidence = new LiveEvidence(
                settings.evidence().canaries() ? new CanaryWatch(client, settings.namespace()) : null,
                prometheus == null ? null : new PrometheusWatch(prometheus, new Inventory(client), this::fleet));
        this.catalogue = new CatalogueInUse(policy.catalogue());
        this.live = LiveCluster.watch(client, catalogue, policy.symptoms() != SymptomUse.OFF, evidence::latest);
        this.catalogueWatch = settings.catalogueConfigMap() == null
                ? null
                : new CatalogueWatch(client, settings.namespace(), settings.catalogueConfigMap(), catalogue);
        this.calls = settings.webhooks() == null ? null : new WebhookCalls(client, settings.webhooks());
    }

    private Fleet fleet() {
        return live.fleet();
    }

    @Override
    public ClusterState state() {
        return live;
    }

    @Override
    public @Nullable String notReady() {
        return live.isSynced() ? null : "waiting for nodes and namespaces to be listed";
    }

    @Override
    public boolean isSuspended() {
        return calls != null && calls.areSuspended();
    }

    @Override
    public @Nullable String catalogueRejected() {
        Rejection rejection = catalogueWatch == null ? null : catalogueWatch.rejection();
        return rejection == null ? null : Wording.clean(rejection.reason());
    }

    @Override
    public void register(Metrics metrics) {
        metrics.nodes(live::fleet, live::isConnectedToNodes);
        metrics.watching("nodes", live::isConnectedToNodes, live::nodesOutdatedBy);
        metrics.watching("namespaces", live::isConnectedToNamespaces, live::namespacesOutdatedBy);
        if (catalogueWatch != null) {
            metrics.watching("catalogue", catalogueWatch::isConnected, catalogueWatch::outdatedBy);
            metrics.catalogue(catalogue, () -> catalogueWatch.rejection() != null);
        }
        if (calls != null) {
            metrics.calls(calls::areSuspended);
        }
    }

    @Override
    public ClusterWriters writers(Metrics metrics) {
        BackgroundReview review = settings.background().isOff() ? null : review(metrics);
        return new ClusterWriters(
                review,
                catalogueWatch == null
                                || review == null
                                || !settings.background().ownerEvents()
                        ? null
                        : new CatalogueEvents(client, Clock.systemUTC(), catalogueWatch::rejection, review::isLeader),
                keptLabels()
                        .map(label -> new NodeLabels(client, live::fleet, label))
                        .toList());
    }

    private Stream<NodeLabel> keptLabels() {
        boolean isSteering = settings.policy().steer() != SteeringMode.OFF;
        return Stream.of(NodeLabel.values()).filter(label -> switch (label) {
            case FLAGGED -> isSteering;
            case RUNTIME -> settings.evidence().canaries();
        });
    }

    private BackgroundReview review(Metrics metrics) {
        BackgroundSettings background = settings.background();
        Leadership leadership =
                new Leadership(client, settings.namespace(), settings.service() + "-background-review", LEASE);
        List<Publisher> publishers = new ArrayList<>();
        publishers.add((pass, mayGoOn) -> metrics.affected(pass, leadership::isHeld));
        if (background.ownerEvents()) {
            publishers.add(new OwnerEvents(client, Clock.systemUTC()));
            publishers.add(new NodeEvents(client, Clock.systemUTC()));
        }
        if (background.policyReports() != null) {
            publishers.add(new PolicyReports(client, background.policyReports()));
        }
        BackgroundReview review = new BackgroundReview(
                new Inventory(client),
                live,
                settings.policy(),
                settings.namespace(),
                leadership,
                publishers,
                background.interval());
        metrics.reviewing(review::isLeader, review::latest);
        return review;
    }

    @Override
    public String summary() {
        return "nodes are watched.";
    }

    @Override
    public void close() {
        if (calls != null) {
            calls.close();
        }
        if (catalogueWatch != null) {
            catalogueWatch.close();
        }
        live.close();
        evidence.close();
    }
}
