package io.probeguard.background;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.probeguard.catalogue.CatalogueEntry;
import io.probeguard.cluster.ApiFailures;
import io.probeguard.cluster.BackgroundThread;
import io.probeguard.cluster.Inventory;
import io.probeguard.cluster.Leadership;
import io.probeguard.cluster.LiveCluster;
import io.probeguard.cluster.Pacer;
import io.probeguard.cluster.WorkloadResource;
import io.probeguard.node.Flag;
import io.probeguard.node.Flag.Strength;
import io.probeguard.node.FlaggedNodes.Node;
import io.probeguard.node.Fleet;
import io.probeguard.policy.Policy;
import io.probeguard.probe.Workload;
import io.probeguard.scan.Scan;
import io.probeguard.scan.ScanReport;
import io.probeguard.text.RepeatedFailureLog;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reviews running workloads at an interval, and whenever the flagged nodes or a namespace's mode change. It reads the pods
 * on flagged nodes, and the objects that create pods, at a bounded rate and without keeping them; with no node flagged it
 * sends no requests. One replica, the leader, publishes the results; without the API server a review is only retried.
 */
public final class BackgroundReview implements AutoCloseable {
    private static final int MAX_REQUESTS_PER_SECOND = 10;
    private static final int MAX_NODES = 1000;
    /** Two reports of this size, the last one and the next, fit into the chart's default heap beside everything else. */
    private static final int MAX_WORKLOADS = 10_000;

    /** With exec probes or hooks, on flagged nodes; their names take as much memory as the rest of a report. */
    private static final int MAX_PODS = 50_000;

    /** How long an outdated pass is published all the same; with constant changes, nothing would be otherwise. */
    private static final Duration MIN_PUBLISHING = Duration.ofMinutes(1);

    private static final Duration CHECK_INTERVAL = Duration.ofSeconds(1);
    private static final Logger LOG = LoggerFactory.getLogger(BackgroundReview.class);

    private final Inventory inventory;
    private final LiveCluster cluster;
    private final Policy policy;
    private final Set<String> exemptNamespaces;
    private final Leadership leadership;
    private final List<Publisher> publishers;
    private final Clock clock = Clock.systemUTC();
    private final ReviewSchedule<Inputs> schedule;
    private final BackgroundThread worker = new BackgroundThread("background-review");
    private final RepeatedFailureLog failureLog = new RepeatedFailureLog(LOG, ApiFailures::message);
    private final OnceLog onceLog = new OnceLog(LOG);
    private volatile @Nullable Pass latest;
    private volatile @Nullable String failure;
    private volatile boolean isRequested;
    private boolean wasLeader;

    /**
     * One review of everything.
     *
     * @param at when it began
     * @param podsNotRead on how many flagged nodes the pods were not read, because a request was denied or there were too
     *     many nodes or pods
     * @param isComplete whether everything was read, so that what is not in the report does not exist
     */
    public record Pass(Instant at, Duration took, ScanReport report, int podsNotRead, boolean isComplete) {}

    /** Publishes what a pass of the leader found. */
    public interface Publisher {
        /**
         * @param mayGoOn checked before every write; once false, this replica is no longer the leader, or the pass has
         *     been outdated for a while, and the rest is left to the next pass
         */
        void publish(Pass pass, BooleanSupplier mayGoOn);
    }

    /** What a pass depends on; only a change of this makes one due before its time. */
    private record Inputs(Map<String, Flagging> flagged, Map<String, String> modeLabels) {
        /** What of a flag a pass depends on; since when it holds does not matter. */
        private record Flagging(Strength strength, List<CatalogueEntry> builds) {}

        static Inputs of(LiveCluster cluster) {
            Map<String, Flagging> flagged = new HashMap<>();
            for (Node node : cluster.fleet().flagged()) {
                Flag flag = node.flag();
                flagged.put(node.name(), new Flagging(flag.strength(), flag.builds()));
            }
            return new Inputs(flagged, cluster.modeLabels());
        }
    }

    /**
     * @param ownNamespace which is not reviewed
     * @param leadership not started yet
     * @param publishers in the order in which they are called
     */
    public BackgroundReview(
            Inventory inventory,
            LiveCluster cluster,
            Policy policy,
            String ownNamespace,
            Leadership leadership,
            List<Publisher> publishers,
            Duration interval) {
        this.inventory = inventory;
        this.cluster = cluster;
        this.policy = policy;
        this.exemptNamespaces = Set.of(ownNamespace);
        this.leadership = leadership;
        this.publishers = publishers;
        this.schedule = new ReviewSchedule<>(interval);
    }

    /** Starts to run for leadership and to review; does not wait. */
    public void start() {
        leadership.start();
        worker.repeat(CHECK_INTERVAL, CHECK_INTERVAL, this::runIfDue);
    }

    /** The last pass of this replica; null before the first. */
    public @Nullable Pass latest() {
        return latest;
    }

    /** Why the last pass failed; null if it did not. */
    public @Nullable String failure() {
        return failure;
    }

    /** Whether this replica publishes its passes. */
    public boolean isLeader() {
        return leadership.isHeld();
    }

    /** Asks a replica that is not the leader for a pass, which is not published, if one is due; does not wait. */
    public void request() {
        isRequested = true;
    }

    private void runIfDue() {
        try {
            if (cluster.isSynced()) {
                boolean isLeader = leadership.isHeld();
                if (isLeader && !wasLeader) {
                    schedule.makeDue();
                }
                wasLeader = isLeader;
                Inputs now = Inputs.of(cluster);
                boolean isDue = schedule.isDue(clock.instant(), now);
                boolean isWanted = isLeader || isRequested;
                isRequested = false;
                if (isDue && isWanted) {
                    pass(now, isLeader);
                }
            }
        } catch (CancellationException e) {
            LOG.debug("closed during a pass", e);
        } catch (RuntimeException e) {
            schedule.failed(clock.instant());
            failure = ApiFailures.message(e);
            failureLog.say("the background review failed", e);
        }
    }

    private void pass(Inputs inputs, boolean isLeader) {
        Pass pass = run();
        latest = pass;
        failure = null;
        failureLog.end();
        schedule.succeeded(pass.at, inputs);
        if (isLeader) {
            publishers.forEach(publisher -> publish(publisher, pass, inputs));
        }
    }

    /** A failure of one publisher does not keep the others from publishing, and makes no pass due. */
    private void publish(Publisher publisher, Pass pass, Inputs inputs) {
        long start = System.nanoTime();
        try {
            publisher.publish(
                    pass,
                    () -> leadership.isHeld()
                            && (System.nanoTime() - start < MIN_PUBLISHING.toNanos()
                                    || Inputs.of(cluster).equals(inputs)));
        } catch (CancellationException e) {
            throw e;
        } catch (RuntimeException e) {
            onceLog.warn("cannot publish what the background review found, retrying", ApiFailures.message(e));
        }
    }

    private Pass run() {
        Instant start = clock.instant();
        Pacer pacer = new Pacer(MAX_REQUESTS_PER_SECOND);
        Fleet fleet = cluster.fleet();
        Scan scan = new Scan(fleet, policy, cluster::modeLabel, MAX_WORKLOADS);
        List<String> nodes = fleet.flagged().stream()
                .sorted(Comparator.comparing(node -> !policy.trust().acts(node)))
                .map(Node::name)
                .toList();
        List<String> toRead = nodes.subList(0, Math.min(nodes.size(), MAX_NODES));
        int podsNotRead = nodes.size() - toRead.size() + pods(toRead, scan, pacer);
        boolean hasTemplates = nodes.isEmpty() || templates(scan, pacer);
        budgets(scan, pacer);
        if (scan.isTruncated()) {
            onceLog.warn("over " + MAX_WORKLOADS + " workloads are affected, leaving out the others");
        }
        return new Pass(
                start,
                Duration.between(start, clock.instant()),
                scan.report(),
                podsNotRead,
                podsNotRead == 0 && hasTemplates && !scan.isTruncated());
    }

    /** @return on how many nodes they were not read */
    private int pods(List<String> nodes, Scan scan, Pacer pacer) {
        int refused = 0;
        for (int i = 0; i < nodes.size(); i++) {
            if (scan.execPods() >= MAX_PODS) {
                onceLog.warn(
                        "over " + MAX_PODS + " pods with exec probes are on flagged nodes, leaving out the others");
                return refused + nodes.size() - i;
            }
            pacer.await();
            try {
                inventory.podsOn(nodes.get(i)).stream().filter(this::isOthers).forEach(scan::add);
            } catch (KubernetesClientException e) {
                refused++;
                throwIfUnanswered(e);
                onceLog.warn("cannot list the pods on flagged nodes, leaving them out", ApiFailures.message(e));
            }
        }
        return refused;
    }

    /** Without them the plan of a drain says so; the review is complete all the same. */
    private void budgets(Scan scan, Pacer pacer) {
        Set<String> namespaces = scan.namespacesOnFlagged();
        try {
            scan.setExhausted(
                    namespaces.isEmpty() ? List.of() : inventory.exhaustedBudgets(namespaces::contains, pacer::await));
        } catch (KubernetesClientException e) {
            throwIfUnanswered(e);
            onceLog.warn("cannot list PodDisruptionBudgets, leaving them out", ApiFailures.message(e));
        }
    }

    /** @return whether all were read */
    private boolean templates(Scan scan, Pacer pacer) {
        boolean isComplete = true;
        for (List<WorkloadResource> versions : WorkloadResource.KINDS) {
            String plural = versions.get(0).plural();
            try {
                boolean isServed = versions.stream()
                        .anyMatch(version ->
                                inventory.templates(version, each -> add(each, version, scan), pacer::await));
                if (!isServed) {
                    onceLog.warn("the API server serves no supported version of " + plural + ", leaving them out");
                }
            } catch (KubernetesClientException e) {
                isComplete = false;
                throwIfUnanswered(e);
                onceLog.warn("cannot list " + plural + ", leaving them out", ApiFailures.message(e));
            }
        }
        return isComplete;
    }

    private void add(Workload template, WorkloadResource version, Scan scan) {
        if (isOthers(template)) {
            scan.addTemplate(template, version.apiVersion());
        }
    }

    private boolean isOthers(Workload workload) {
        return !exemptNamespaces.contains(workload.namespace());
    }

    /** An error that the API server returned is about that request alone; without an answer, the whole pass is retried. */
    private static void throwIfUnanswered(KubernetesClientException e) {
        if (e.getCode() <= 0) {
            throw e;
        }
    }

    /** Stops, and releases leadership. */
    @Override
    public void close() {
        worker.close();
        leadership.close();
    }
}
