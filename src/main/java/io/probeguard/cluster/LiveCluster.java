package io.probeguard.cluster;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.probeguard.catalogue.Catalogue;
import io.probeguard.node.ClusterState;
import io.probeguard.node.Fleet;
import io.probeguard.node.NodeFacts;
import io.probeguard.node.Observation;
import io.probeguard.policy.Policy;
import io.probeguard.probe.Workload;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The cluster as it is: nodes and namespaces are watched, so that no review waits for the API server. While that is
 * away, what was known last holds.
 */
public final class LiveCluster implements ClusterState, AutoCloseable {
    /** Nodes often change together, and the fleet is made anew for each change. */
    private static final Duration SETTLING = Duration.ofMillis(100);

    /** How long it may take until an observed node counts. */
    private static final Duration LOOK = Duration.ofSeconds(2);

    private final Catalogue catalogue;
    private final FleetLog log = new FleetLog();
    private final ResourceWatch<Node, NodeFacts> nodes;
    private final ResourceWatch<Namespace, String> namespaces;
    private final PodReader pods;
    private final @Nullable SymptomWatch symptoms;
    private final BackgroundThread worker = new BackgroundThread("fleet");
    private final AtomicBoolean isChanged = new AtomicBoolean();
    private final AtomicBoolean isLooking = new AtomicBoolean();
    private volatile @Nullable Fleet fleet;
    private volatile Map<String, Observation> observed = Map.of();

    private LiveCluster(KubernetesClient client, Catalogue catalogue, boolean withSymptoms) {
        this.catalogue = catalogue;
        this.pods = new PodReader(client);
        this.symptoms = withSymptoms ? new SymptomWatch(client, catalogue, node -> fleet().has(node)) : null;
        this.nodes = new ResourceWatch<>("nodes", client.nodes(), Node::new, NodeFacts::of, this::nodesChanged);
        this.namespaces = new ResourceWatch<>(
                "namespaces", client.namespaces(), Namespace::new, LiveCluster::modeLabel, () -> {});
    }

    /**
     * Starts to watch, and does not wait for anything: {@link #isSynced} says when all is known.
     *
     * @param withSymptoms whether Events are watched for signs of broken exec
     */
    public static LiveCluster watch(KubernetesClient client, Catalogue catalogue, boolean withSymptoms) {
        LiveCluster cluster = new LiveCluster(client, catalogue, withSymptoms);
        cluster.nodes.start();
        cluster.namespaces.start();
        return cluster;
    }

    private static @Nullable String modeLabel(Namespace namespace) {
        Map<String, String> labels = namespace.getMetadata().getLabels();
        return labels == null ? null : labels.get(Policy.MODE_LABEL);
    }

    private void nodesChanged() {
        if (fleet == null) {
            makeFleet(); // the first is waited for
        } else if (isChanged.compareAndSet(false, true)) {
            worker.schedule(SETTLING, this::makeFleet);
        }
    }

    private void makeFleet() {
        isChanged.set(false); // before reading, so that a change meanwhile is not lost
        Fleet made = Fleet.of(nodes.all(), catalogue, observed);
        fleet = made;
        log.tell(made);
        if (symptoms != null && !isLooking.getAndSet(true)) {
            symptoms.start(); // only now it is known which nodes there are
            worker.repeat(LOOK, LOOK, () -> lookAt(symptoms));
        }
    }

    private void lookAt(SymptomWatch symptoms) {
        Map<String, Observation> now = symptoms.at(Instant.now());
        if (!now.equals(observed)) {
            observed = now;
            makeFleet();
        }
    }

    /** Whether all nodes and namespaces were known at some time. */
    public boolean isSynced() {
        return fleet != null && namespaces.isSynced();
    }

    /** Whether changes of nodes arrive at present. */
    public boolean isConnectedToNodes() {
        return nodes.isConnected();
    }

    /** Whether changes of namespaces arrive at present. */
    public boolean isConnectedToNamespaces() {
        return namespaces.isConnected();
    }

    /** How old what is known of nodes may be; zero while changes arrive. */
    public Duration nodesOutdatedBy() {
        return nodes.outdatedBy();
    }

    /** How old what is known of namespaces may be; zero while changes arrive. */
    public Duration namespacesOutdatedBy() {
        return namespaces.outdatedBy();
    }

    @Override
    public Fleet fleet() {
        Fleet known = fleet;
        return known == null ? Fleet.of(List.of(), catalogue) : known;
    }

    @Override
    public @Nullable String modeLabel(String namespace) {
        return namespaces.get(namespace);
    }

    /** The mode label of each namespace that has one, as they are now. */
    public Map<String, String> modeLabels() {
        return namespaces.allByName();
    }

    @Override
    public Listing pods(String namespace, int most, Duration budget) {
        return pods.in(namespace, most, budget);
    }

    @Override
    public @Nullable Workload pod(String namespace, String name, Duration budget) {
        return pods.get(namespace, name, budget);
    }

    @Override
    public void close() {
        nodes.close();
        namespaces.close();
        worker.close();
        if (symptoms != null) {
            symptoms.close();
        }
        pods.close();
    }
}
