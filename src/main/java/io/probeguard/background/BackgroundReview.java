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
 * Reviews what runs, whenever what is flagged or a namespace's mode changes, and at an interval. It reads the pods of
 * flagged nodes, and what pods are made from, at a bounded rate and without keeping them; with no node flagged it asks for
 * nothing. One replica, the leader, tells others of what it found; without the API server nothing happens but another try.
 */
public final class BackgroundReview implements AutoCloseable {
    private static final int MAX_REQUESTS_PER_SECOND = 10;
    private static final int MAX_NODES = 1000;
    /** Two reports of so many, the last one and the next, fit into the heap of the chart's default beside all else. */
    private static final int MAX_WORKLOADS = 10_000;

    /** With exec probes or hooks, on flagged nodes: their names take as much memory as the rest. */
    private static final int MAX_PODS = 50_000;

    /** How long what is outdated is told all the same: where something changes all the time, nothing would be otherwise. */
    private static final Duration LEAST_TELLING = Duration.ofMinutes(1);

    private static final Duration LOOK_INTERVAL = Duration.ofSeconds(1);
    private static final Logger LOG = LoggerFactory.getLogger(BackgroundReview.class);

    private final Inventory inventory;
    private final LiveCluster cluster;
    private final Policy policy;
    private final Set<String> leftOut;
    private final Leadership leadership;
    private final List<Publisher> publishers;
    private final Clock clock = Clock.systemUTC();
    private final ReviewSchedule<Circumstances> schedule;
    private final BackgroundThread worker = new BackgroundThread("background-review");
    private final RepeatedFailureLog failureLog = new RepeatedFailureLog(LOG, ApiFailures::message);
    private final OnceLog onceLog = new OnceLog(LOG);
    private volatile @Nullable Pass latest;
    private volatile @Nullable String failure;
    private volatile boolean isRequested;
    private boolean led;

    /**
     * One look at everything.
     *
     * @param at when it began
     * @param podsNotRead of how many flagged nodes the pods were not read, since the API server refused it or there were too
     *     many nodes or pods
     * @param isComplete whether nothing was refused or too much, so that what is not in the report is not there
     */
    public record Pass(Instant at, Duration took, ScanReport report, int podsNotRead, boolean isComplete) {}

    /** Tells others what a pass of the leader found. */
    public interface Publisher {
        /**
         * @param mayGoOn asked before every write; once it says no, this replica leads no longer, or there has been news
         *     for a while, and the rest is left to the next pass
         */
        void publish(Pass pass, BooleanSupplier mayGoOn);
    }

    /** What a pass depends on; nothing else makes one due before its time. */
    private record Circumstances(Map<String, List<Object>> flagged, Map<String, String> modeLabels) {
        static Circumstances of(LiveCluster cluster) {
            Map<String, List<Object>> flagged = new HashMap<>();
            for (Node node : cluster.fleet().flagged()) {
                Flag flag = node.flag();
                flagged.put(
                        node.name(),
                        List.of(
                                flag.strength(),
                                flag.builds().stream().map(CatalogueEntry::id).toList()));
            }
            return new Circumstances(flagged, cluster.modeLabels());
        }
    }

    /**
     * @param ownNamespace what runs there is left out
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
        this.leftOut = Set.of(ownNamespace);
        this.leadership = leadership;
        this.publishers = publishers;
        this.schedule = new ReviewSchedule<>(interval);
    }

    /** Starts to run for leadership, and to look; does not wait for anything. */
    public void start() {
        leadership.start();
        worker.repeat(LOOK_INTERVAL, LOOK_INTERVAL, this::look);
    }

    /** The last pass that this replica made; null before the first. */
    public @Nullable Pass latest() {
        return latest;
    }

    /** Why the last try came to nothing; null where it did not. */
    public @Nullable String failure() {
        return failure;
    }

    /** Whether it is this replica that tells others. */
    public boolean isLeader() {
        return leadership.isHeld();
    }

    /** Asks a replica that does not lead for a pass that tells nobody, if one is due now; does not wait for it. */
    public void request() {
        isRequested = true;
    }

    private void look() {
        try {
            if (cluster.isSynced()) {
                boolean leads = leadership.isHeld();
                if (leads && !led) {
                    schedule.hasten();
                }
                led = leads;
                Circumstances now = Circumstances.of(cluster);
                boolean isDue = schedule.isDue(clock.instant(), now);
                boolean isWanted = leads || isRequested;
                isRequested = false;
                if (isDue && isWanted) {
                    pass(now, leads);
                }
            }
        } catch (CancellationException e) {
            LOG.debug("closed meanwhile", e);
        } catch (RuntimeException e) {
            schedule.failed(clock.instant());
            failure = ApiFailures.message(e);
            failureLog.say("the background review failed", e);
        }
    }

    private void pass(Circumstances circumstances, boolean leads) {
        Pass pass = make();
        latest = pass;
        failure = null;
        failureLog.end();
        schedule.succeeded(pass.at, circumstances);
        if (leads) {
            publishers.forEach(publisher -> tell(publisher, pass, circumstances));
        }
    }

    /** What one of them cannot tell keeps nothing from the others, and makes no pass due. */
    private void tell(Publisher publisher, Pass pass, Circumstances circumstances) {
        long start = System.nanoTime();
        try {
            publisher.publish(
                    pass,
                    () -> leadership.isHeld()
                            && (System.nanoTime() - start < LEAST_TELLING.toNanos()
                                    || Circumstances.of(cluster).equals(circumstances)));
        } catch (CancellationException e) {
            throw e;
        } catch (RuntimeException e) {
            onceLog.warn("cannot publish what the background review found, retrying", ApiFailures.message(e));
        }
    }

    private Pass make() {
        Instant start = clock.instant();
        Pacer pacer = new Pacer(MAX_REQUESTS_PER_SECOND);
        Fleet fleet = cluster.fleet();
        Scan scan = new Scan(fleet, policy, cluster::modeLabel, MAX_WORKLOADS);
        List<String> nodes = fleet.flagged().stream()
                .sorted(Comparator.comparing(node -> !policy.actsOn(node.flag().strength())))
                .map(Node::name)
                .toList();
        List<String> toRead = nodes.subList(0, Math.min(nodes.size(), MAX_NODES));
        int podsNotRead = nodes.size() - toRead.size() + pods(toRead, scan, pacer);
        boolean hasTemplates = nodes.isEmpty() || templates(scan, pacer);
        if (scan.isTruncated()) {
            onceLog.warn("over " + MAX_WORKLOADS + " workloads are affected; the others are left out");
        }
        return new Pass(
                start,
                Duration.between(start, clock.instant()),
                scan.report(),
                podsNotRead,
                podsNotRead == 0 && hasTemplates && !scan.isTruncated());
    }

    /** @return of how many nodes they were not read */
    private int pods(List<String> nodes, Scan scan, Pacer pacer) {
        int refused = 0;
        for (int i = 0; i < nodes.size(); i++) {
            if (scan.execPods() >= MAX_PODS) {
                onceLog.warn(
                        "over " + MAX_PODS + " pods with exec probes are on flagged nodes; the others are left out");
                return refused + nodes.size() - i;
            }
            pacer.await();
            try {
                inventory.podsOn(nodes.get(i)).stream().filter(this::isOthers).forEach(scan::add);
            } catch (KubernetesClientException e) {
                refused++;
                orThrow(e);
                onceLog.warn("cannot list the pods on flagged nodes, leaving them out", ApiFailures.message(e));
            }
        }
        return refused;
    }

    /** @return whether all could be read */
    private boolean templates(Scan scan, Pacer pacer) {
        boolean isComplete = true;
        for (List<WorkloadResource> versions : WorkloadResource.KINDS) {
            String plural = versions.get(0).plural();
            try {
                boolean isServed = versions.stream()
                        .anyMatch(version ->
                                inventory.templates(version, each -> add(each, version, scan), pacer::await));
                if (!isServed) {
                    onceLog.warn("the API server serves no known version of " + plural + "; they are left out");
                }
            } catch (KubernetesClientException e) {
                isComplete = false;
                orThrow(e);
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
        return !leftOut.contains(workload.namespace());
    }

    /** What the API server answers is about that request alone; where there is no answer, the whole pass is tried again. */
    private static void orThrow(KubernetesClientException e) {
        if (e.getCode() <= 0) {
            throw e;
        }
    }

    /** Stops, and lets another replica lead. */
    @Override
    public void close() {
        worker.close();
        leadership.close();
    }
}
