package io.probeguard.server;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.probeguard.background.BackgroundReview;
import io.probeguard.background.BackgroundReview.Publisher;
import io.probeguard.background.CatalogueEvents;
import io.probeguard.background.CatalogueEvents.Rejection;
import io.probeguard.background.NodeEvents;
import io.probeguard.background.OwnerEvents;
import io.probeguard.background.PolicyReports;
import io.probeguard.cluster.Inventory;
import io.probeguard.cluster.Leadership;
import io.probeguard.cluster.NodeLabels;
import io.probeguard.node.ClusterState;
import io.probeguard.node.NodeLabel;
import io.probeguard.policy.SteeringMode;
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
    private final WatchedNodes nodes;
    private final @Nullable WebhookCalls calls;

    WatchedCluster(KubernetesClient client, WebhookSettings settings) {
        this.client = client;
        this.settings = settings;
        this.nodes = new WatchedNodes(client, settings.policy(), settings.namespace(), settings.watched());
        this.calls = settings.webhooks() == null ? null : new WebhookCalls(client, settings.webhooks());
    }

    @Override
    public ClusterState state() {
        return nodes.live();
    }

    @Override
    public @Nullable String notReady() {
        return nodes.areKnown() ? null : "waiting for nodes and namespaces to be listed";
    }

    @Override
    public boolean isSuspended() {
        return calls != null && calls.areSuspended();
    }

    @Override
    public @Nullable String catalogueRejected() {
        Rejection rejection = nodes.catalogueRejection();
        return rejection == null ? null : Wording.clean(rejection.reason());
    }

    @Override
    public void register(Metrics metrics) {
        nodes.register(metrics);
        if (calls != null) {
            metrics.calls(calls::areSuspended);
        }
    }

    @Override
    public ClusterWriters writers(Metrics metrics) {
        BackgroundReview review = settings.background().isOff() ? null : review(metrics);
        return new ClusterWriters(
                review,
                review == null ? null : catalogueEvents(review),
                keptLabels()
                        .map(label -> new NodeLabels(client, nodes::fleet, label))
                        .toList());
    }

    private @Nullable CatalogueEvents catalogueEvents(BackgroundReview review) {
        return settings.watched().catalogueConfigMap() == null
                        || !settings.background().ownerEvents()
                ? null
                : new CatalogueEvents(client, Clock.systemUTC(), nodes::catalogueRejection, review::isLeader);
    }

    private Stream<NodeLabel> keptLabels() {
        boolean isSteering = settings.policy().steer() != SteeringMode.OFF;
        return Stream.of(NodeLabel.values()).filter(label -> switch (label) {
            case FLAGGED -> isSteering;
            case RUNTIME -> settings.watched().canaries();
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
                nodes.live(),
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
        nodes.close();
    }
}
