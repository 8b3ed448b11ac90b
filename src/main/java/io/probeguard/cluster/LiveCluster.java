package io.probeguard.cluster;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.node.v1.RuntimeClass;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.probeguard.catalogue.CatalogueInUse;
import io.probeguard.node.ClusterState;
import io.probeguard.node.Evidence;
import io.probeguard.node.Fleet;
import io.probeguard.node.NodeFacts;
import io.probeguard.node.RuntimeClasses;
import io.probeguard.policy.Policy;
import io.probeguard.probe.Workload;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The state of the live cluster: nodes and namespaces are watched, so that no review waits for the API server. While it
 * does not answer, the last known state is used.
 */
public final class LiveCluster implements ClusterState, AutoCloseable {
    /** Nodes often change together, and each change needs a new fleet. */
    private static final Duration SETTLING = Duration.ofMillis(100);

    /** How often it is looked up what is seen of nodes. */
    private static final Duration EVIDENCE_INTERVAL = Duration.ofSeconds(2);

    private final CatalogueInUse catalogue;
    private final FleetLog log = new FleetLog();
    private final ResourceWatch<Node, NodeFacts> nodes;
    private final ResourceWatch<Namespace, String> namespaces;
    private final ResourceWatch<RuntimeClass, String> runtimeClasses;
    private final PodReader pods;
    private final KubernetesClient client;
    private final boolean withSymptoms;
    private volatile @Nullable SymptomWatch symptoms;
    private final BackgroundThread worker = new BackgroundThread("fleet");
    private final Set<String> changedNodes = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean isChanged = new AtomicBoolean();
    private final AtomicBoolean looksForEvidence = new AtomicBoolean();
    private volatile @Nullable Fleet fleet;
    private final Supplier<Map<String, Evidence>> seen;
    private volatile Map<String, Evidence> evidence = Map.of();

    private LiveCluster(
            KubernetesClient client,
            CatalogueInUse catalogue,
            boolean withSymptoms,
            Supplier<Map<String, Evidence>> seen) {
        this.client = client;
        this.catalogue = catalogue;
        this.withSymptoms = withSymptoms;
        this.seen = seen;
        this.pods = new PodReader(client);
        this.nodes = new ResourceWatch<>("nodes", client.nodes(), Node::new, NodeFacts::of, this::nodesChanged);
        this.namespaces = new ResourceWatch<>(
                "namespaces", client.namespaces(), Namespace::new, LiveCluster::modeLabel, changed -> {});
        // Not waited for: without them the names of RuntimeClasses are taken for those of their handlers.
        this.runtimeClasses = new ResourceWatch<>(
                "runtimeclasses",
                client.runtimeClasses(),
                RuntimeClass::new,
                RuntimeClass::getHandler,
                names -> fleetChanged());
    }

    /**
     * Starts to watch, and does not wait: {@link #isSynced} says when everything is known.
     *
     * @param withSymptoms whether Events are watched for signs of broken exec
     * @param seen what else is seen of nodes, by name; asked every two seconds, and must not block
     */
    public static LiveCluster watch(
            KubernetesClient client,
            CatalogueInUse catalogue,
            boolean withSymptoms,
            Supplier<Map<String, Evidence>> seen) {
        LiveCluster cluster = new LiveCluster(client, catalogue, withSymptoms, seen);
        cluster.nodes.start();
        cluster.namespaces.start();
        cluster.runtimeClasses.start();
        catalogue.onChange(() -> cluster.worker.execute(cluster::catalogueChanged));
        return cluster;
    }

    private static @Nullable String modeLabel(Namespace namespace) {
        Map<String, String> labels = namespace.getMetadata().getLabels();
        return labels == null ? null : labels.get(Policy.MODE_LABEL);
    }

    private void nodesChanged(Collection<String> names) {
        changedNodes.addAll(names);
        fleetChanged();
    }

    private void fleetChanged() {
        if (!nodes.isSynced()) {
            return; // RuntimeClasses came first
        }
        if (fleet == null) {
            updateFleet(); // readiness waits for the first one
        } else if (isChanged.compareAndSet(false, true)) {
            worker.schedule(SETTLING, this::updateFleet);
        }
    }

    /** One at a time, so that the last one is of the latest that is known. */
    private synchronized void updateFleet() {
        isChanged.set(false); // before reading, so that no change is missed
        Map<String, @Nullable NodeFacts> changes = takeChanges();
        Fleet updated =
                fleet().with(changes, catalogue.get(), evidence, new RuntimeClasses(runtimeClasses.allByName()));
        fleet = updated;
        log.update(updated);
        if (!looksForEvidence.getAndSet(true)) {
            symptoms = startSymptoms(); // Events can name nodes that do not exist: only now those that do are known
            worker.repeat(EVIDENCE_INTERVAL, EVIDENCE_INTERVAL, this::updateEvidence);
        }
    }

    private Map<String, @Nullable NodeFacts> takeChanges() {
        Map<String, @Nullable NodeFacts> changes = new HashMap<>();
        for (String name : List.copyOf(changedNodes)) {
            changedNodes.remove(name); // before reading, as above
            changes.put(name, nodes.get(name));
        }
        return changes;
    }

    private @Nullable SymptomWatch startSymptoms() {
        if (!withSymptoms) {
            return null;
        }
        SymptomWatch started = new SymptomWatch(client, catalogue.get(), node -> fleet().runtime(node));
        started.start();
        return started;
    }

    private void catalogueChanged() {
        if (!nodes.isSynced()) {
            return; // the first fleet will know
        }
        updateFleet();
        SymptomWatch next = startSymptoms();
        if (next != null) {
            // It reads the Events of the last hour again: until it has, nodes would not be observed for a moment.
            worker.schedule(EVIDENCE_INTERVAL, () -> replaceSymptoms(next));
        }
    }

    private void replaceSymptoms(SymptomWatch next) {
        SymptomWatch before = symptoms;
        symptoms = next;
        if (before != null) {
            before.close();
        }
    }

    private void updateEvidence() {
        Map<String, Evidence> now = new HashMap<>(seen.get());
        SymptomWatch symptoms = this.symptoms;
        if (symptoms != null) {
            symptoms.at(Instant.now())
                    .forEach((node, observed) ->
                            now.compute(node, (name, other) -> (other == null ? Evidence.NONE : other).with(observed)));
        }
        if (!now.equals(evidence)) {
            evidence = now;
            updateFleet();
        }
    }

    /** Whether all nodes and namespaces have been listed once. */
    public boolean isSynced() {
        return fleet != null && namespaces.isSynced();
    }

    /** Whether the watch of nodes is connected. */
    public boolean isConnectedToNodes() {
        return nodes.isConnected();
    }

    /** Whether the watch of namespaces is connected. */
    public boolean isConnectedToNamespaces() {
        return namespaces.isConnected();
    }

    /** How outdated the known nodes may be; zero while the watch is connected. */
    public Duration nodesOutdatedBy() {
        return nodes.outdatedBy();
    }

    /** How outdated the known namespaces may be; zero while the watch is connected. */
    public Duration namespacesOutdatedBy() {
        return namespaces.outdatedBy();
    }

    @Override
    public Fleet fleet() {
        Fleet known = fleet;
        return known == null ? Fleet.of(List.of(), catalogue.get()) : known;
    }

    @Override
    public @Nullable String modeLabel(String namespace) {
        return namespaces.get(namespace);
    }

    /** The current mode label of each namespace that has one. */
    public Map<String, String> modeLabels() {
        return namespaces.allByName();
    }

    @Override
    public Listing pods(String namespace, int max, Duration budget) {
        return pods.in(namespace, max, budget);
    }

    @Override
    public @Nullable Workload pod(String namespace, String name, Duration budget) {
        return pods.get(namespace, name, budget);
    }

    @Override
    public void close() {
        nodes.close();
        namespaces.close();
        runtimeClasses.close();
        worker.close();
        SymptomWatch watched = symptoms;
        if (watched != null) {
            watched.close();
        }
        pods.close();
    }
}
