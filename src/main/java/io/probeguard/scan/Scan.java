package io.probeguard.scan;

import io.probeguard.catalogue.CatalogueEntry;
import io.probeguard.cluster.DisruptionBudget;
import io.probeguard.kubelet.Consequence;
import io.probeguard.node.Flag.Strength;
import io.probeguard.node.FlaggedNodes;
import io.probeguard.node.Fleet;
import io.probeguard.policy.Action;
import io.probeguard.policy.Finding;
import io.probeguard.policy.Guard;
import io.probeguard.policy.Messages;
import io.probeguard.policy.Policy;
import io.probeguard.policy.Review;
import io.probeguard.policy.Review.Note;
import io.probeguard.probe.Handler;
import io.probeguard.probe.Timing;
import io.probeguard.probe.Workload;
import io.probeguard.probe.Workload.Controller;
import io.probeguard.probe.Workload.Identity;
import io.probeguard.scan.ScanReport.ApiObject;
import io.probeguard.scan.ScanReport.Impact;
import io.probeguard.scan.ScanReport.ScannedPod;
import io.probeguard.scan.ScanReport.ScannedWorkload;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Judges running pods one by one. It keeps the name and the node of each, and one review for all that are judged alike, so
 * that the pods of a large cluster fit into a small heap.
 */
public final class Scan {
    private final Fleet fleet;
    private final Policy policy;
    private final Function<String, @Nullable String> modeLabel;
    private final int maxWorkloads;
    private final Map<String, Policy> policies = new HashMap<>();
    private final Map<Object, Object> interned = new HashMap<>();
    private final Map<Owner, Integer> podsByOwner = new HashMap<>();
    private final Map<GroupKey, Group> groups = new LinkedHashMap<>();
    private final Set<Owner> reported = new HashSet<>();
    private final Map<Owner, ApiObject> objects = new HashMap<>();
    private final Map<Owner, ApiObject> controllers = new HashMap<>();
    private final Map<ImpactKey, ImpactTally> impacts = new LinkedHashMap<>();
    private final BlastRadiusCounter<Owner> radius = new BlastRadiusCounter<>();
    private final FailingNodes failingNodes;
    private final DrainPlanner drain;
    private @Nullable List<DisruptionBudget> budgets;
    private int pods;
    private int execPods;
    private boolean truncated;

    private record Owner(@Nullable String namespace, Identity identity) {}

    /** What pods must have in common to be reported together. */
    private record GroupKey(Owner owner, @Nullable Note note, List<FindingKey> findings) {}

    /** A finding without its nodes, of which there may be thousands; {@code nodes} is enough to tell them apart. */
    private record FindingKey(
            String container,
            Handler handler,
            List<CatalogueEntry> builds,
            int nodes,
            Consequence consequence,
            @Nullable Consequence afterRelaxing,
            Action action,
            @Nullable Timing before,
            @Nullable Timing relaxed,
            boolean rewritten) {
        static FindingKey of(Finding finding) {
            return new FindingKey(
                    finding.container(),
                    finding.handler(),
                    finding.builds(),
                    finding.nodes().size(),
                    finding.consequence(),
                    finding.afterRelaxing(),
                    finding.action(),
                    finding.before(),
                    finding.relaxed(),
                    finding.rewritten());
        }
    }

    private record Group(Review review, List<ScannedPod> pods) {}

    private record ImpactKey(Owner owner, @Nullable CatalogueEntry build) {}

    private static final class ImpactTally {
        private final String description;
        private final Set<String> nodes = new HashSet<>();
        private int pods;

        ImpactTally(String description) {
            this.description = description;
        }
    }

    /** @param modeLabel the mode label of a namespace; null where it has none */
    public Scan(Fleet fleet, Policy policy, Function<String, @Nullable String> modeLabel) {
        this(fleet, policy, modeLabel, Integer.MAX_VALUE);
    }

    /** @param maxWorkloads how many workloads it reports at most; the first ones it is given */
    public Scan(Fleet fleet, Policy policy, Function<String, @Nullable String> modeLabel, int maxWorkloads) {
        this.fleet = fleet;
        this.policy = policy;
        this.modeLabel = modeLabel;
        this.maxWorkloads = maxWorkloads;
        this.failingNodes = new FailingNodes(
                fleet.flagged().stream().map(FlaggedNodes.Node::name).collect(Collectors.toSet()), Instant.now());
        this.drain = new DrainPlanner(fleet, policy.trust());
    }

    /** Judges a running pod. */
    public void add(Workload pod) {
        pods++;
        boolean execs = !pod.execHandlers().isEmpty();
        failingNodes.add(pod, execs);
        drain.add(pod, execs);
        if (!execs) {
            return;
        }
        execPods++;
        Owner owner = new Owner(pod.namespace(), pod.annotations().mirror() == null ? pod.owner() : self(pod));
        if (exceedsLimit(owner)) {
            return;
        }
        rememberController(owner, pod);
        podsByOwner.merge(owner, 1, Integer::sum);
        Policy podPolicy = policyIn(pod.namespace());
        Review current = Guard.review(pod, fleet, podPolicy);
        boolean staysOnItsNode = pod.isDaemon() || pod.annotations().mirror() != null;
        Review recreated = staysOnItsNode ? current : Guard.review(pod.on(null), fleet, podPolicy);
        if (recreated.findings().isEmpty()
                && recreated.steering() == null
                && current.findings().isEmpty()) {
            return;
        }
        String node = node(pod);
        String flaggedNode = current.findings().stream().anyMatch(this::isActedOn) ? node : null;
        Review whole = pod.isDaemon() ? Guard.review(pod.daemonSet(), fleet, podPolicy) : recreated;
        Review shown = whole.findings().isEmpty() // once recreated, it cannot run on the flagged node any more
                ? new Review(pod, current.findings(), recreated.steering(), current.note())
                : whole;
        boolean toRelax = recreated.findings().stream().anyMatch(BlastRadiusCounter::relaxes);
        boolean recreate = flaggedNode != null && (toRelax || recreated.steering() != null);
        boolean relaxed = current.findings().stream().anyMatch(Finding::rewritten);
        group(owner, shown)
                .pods
                .add(new ScannedPod(
                        pod.name(), node, drain.pool(node), flaggedNode != null, recreate, relaxed, pod.state()));
        if (flaggedNode != null && !relaxed && current.action().isActed()) {
            addImpact(owner, flaggedNode, current);
        }
        if (!recreated.findings().isEmpty() || recreated.steering() != null) {
            radius.add(owner, recreated);
        }
    }

    /**
     * Judges a pod template, after the pods. Where pods of it are reported already, they say more; otherwise it is reported
     * without any pod.
     *
     * @param apiVersion in which it was read
     */
    public void addTemplate(Workload template, String apiVersion) {
        Owner owner = new Owner(template.namespace(), template.owner());
        Review review = reported.contains(owner) ? null : Guard.review(template, fleet, policyIn(template.namespace()));
        boolean isAffected = review == null || !review.findings().isEmpty() || review.steering() != null;
        if (!isAffected || exceedsLimit(owner)) {
            return;
        }
        ApiObject object = object(apiVersion, template.kind().kindName(), template.name(), template.uid());
        if (object != null) {
            objects.put(owner, object);
        }
        if (review != null) {
            group(owner, review);
        }
    }

    private boolean exceedsLimit(Owner owner) {
        boolean exceedsLimit = reported.size() >= maxWorkloads && !reported.contains(owner);
        truncated |= exceedsLimit;
        return exceedsLimit;
    }

    private Group group(Owner owner, Review review) {
        reported.add(owner);
        return groups.computeIfAbsent(
                new GroupKey(
                        owner,
                        review.note(),
                        review.findings().stream().map(FindingKey::of).toList()),
                key -> new Group(review, new ArrayList<>()));
    }

    @SuppressWarnings("unchecked") // it is equal
    private <T> T intern(T value) {
        return (T) interned.computeIfAbsent(value, same -> same);
    }

    /** The namespaces of the pods that a drain of flagged nodes would evict, so far. */
    public Set<String> namespacesOnFlagged() {
        return drain.namespaces();
    }

    /** Sets the PodDisruptionBudgets of those namespaces that allow no disruption now; without them, none are known. */
    public void setExhausted(List<DisruptionBudget> exhausted) {
        budgets = List.copyOf(exhausted);
    }

    private List<DisruptionBudget> budgets(@Nullable String namespace, List<ScannedPod> scanned) {
        return Objects.requireNonNullElse(budgets, List.<DisruptionBudget>of()).stream()
                .filter(budget -> budget.namespace().equals(namespace))
                .filter(budget -> scanned.stream()
                        .anyMatch(pod -> pod.onFlaggedNode()
                                && pod.state() != null
                                && budget.holdsBack(pod.name(), pod.state().ready())))
                .toList();
    }

    /** Whether there were more workloads than it reports. */
    public boolean isTruncated() {
        return truncated;
    }

    /** How many pods with exec probes or hooks it was given. */
    public int execPods() {
        return execPods;
    }

    private void addImpact(Owner owner, String node, Review current) {
        List<CatalogueEntry> builds = current.findings().get(0).builds();
        ImpactTally tally = impacts.computeIfAbsent(
                new ImpactKey(owner, builds.isEmpty() ? null : builds.get(0)),
                key -> new ImpactTally(intern(Messages.impact(current))));
        tally.nodes.add(node);
        tally.pods++;
    }

    /** Remembers how Events and reports can refer to the pod's owner. */
    private void rememberController(Owner owner, Workload pod) {
        Controller controller = pod.controller();
        ApiObject object = owner.identity.equals(self(pod))
                ? object("v1", pod.kind().kindName(), pod.name(), pod.uid())
                : controller == null
                        ? null
                        : object(controller.apiVersion(), controller.kind(), controller.name(), controller.uid());
        if (object != null) {
            controllers.putIfAbsent(owner, object);
        }
    }

    private static @Nullable ApiObject object(
            @Nullable String apiVersion, String kind, String name, @Nullable String uid) {
        return apiVersion == null || uid == null ? null : new ApiObject(apiVersion, kind, name, uid);
    }

    private @Nullable ApiObject object(Owner owner) {
        return objects.getOrDefault(owner, controllers.get(owner));
    }

    private boolean isActedOn(Finding finding) {
        return policy.trust().acts(finding.nodes().worst());
    }

    private static Identity self(Workload pod) {
        return new Identity(pod.kind().kindName(), pod.name());
    }

    /** One string for each node, not one for each pod; null for a pod that is not scheduled. */
    private @Nullable String node(Workload pod) {
        String name = pod.pod().nodeName();
        return name == null || name.isEmpty() ? null : intern(name);
    }

    private Policy policyIn(@Nullable String namespace) {
        return namespace == null
                ? policy
                : policies.computeIfAbsent(namespace, name -> policy.inNamespace(name, modeLabel.apply(name)));
    }

    /** What has been found so far. */
    public ScanReport report() {
        List<ScannedWorkload> workloads = new ArrayList<>();
        groups.forEach((key, group) -> workloads.add(new ScannedWorkload(
                key.owner.namespace,
                key.owner.identity,
                object(key.owner),
                podsByOwner.getOrDefault(key.owner, 0),
                group.pods.stream()
                        .sorted(Comparator.comparing(ScannedPod::name))
                        .toList(),
                budgets(key.owner.namespace, group.pods),
                group.review)));
        workloads.sort(Comparator.comparing((ScannedWorkload workload) -> !workload.isHappening())
                .thenComparing(Comparator.comparingInt(ScannedWorkload::unready).reversed())
                .thenComparing(
                        Comparator.comparingInt(ScannedWorkload::restarts).reversed())
                .thenComparing(workload -> workload.budgets().isEmpty())
                .thenComparing(workload -> workload.onFlagged() == 0)
                .thenComparing(ScannedWorkload::namespace, Comparator.nullsFirst(Comparator.naturalOrder()))
                .thenComparing(workload -> workload.owner().kind())
                .thenComparing(workload -> workload.owner().name())
                .thenComparing(workload -> workload.pods().stream()
                        .findFirst()
                        .map(ScannedPod::name)
                        .orElse("")));
        NodesReport nodes = NodesReport.of(fleet);
        return new ScanReport(
                policy.mode(),
                fleet.size(),
                count(Strength.CONFIRMED),
                count(Strength.OBSERVED),
                count(Strength.SUSPECTED),
                nodes.flagged(),
                nodes.withIgnored(),
                pods,
                execPods,
                workloads,
                impacts(),
                drain.plan(budgets),
                failingNodes.report(),
                radius.radius());
    }

    private List<Impact> impacts() {
        return impacts.entrySet().stream()
                .map(each -> new Impact(
                        each.getKey().owner.namespace,
                        object(each.getKey().owner),
                        each.getKey().build,
                        each.getValue().pods,
                        each.getValue().nodes.size(),
                        each.getValue().description))
                .sorted(Comparator.comparingInt(Impact::pods).reversed())
                .toList();
    }

    private int count(Strength strength) {
        return (int) fleet.flagged().stream()
                .filter(node -> node.flag().strength() == strength)
                .count();
    }
}
