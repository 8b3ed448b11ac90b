package io.probeguard.scan;

import io.probeguard.catalogue.CatalogueEntry;
import io.probeguard.kubelet.Consequence;
import io.probeguard.node.Flag.Strength;
import io.probeguard.node.Fleet;
import io.probeguard.policy.Action;
import io.probeguard.policy.Finding;
import io.probeguard.policy.Guard;
import io.probeguard.policy.Messages;
import io.probeguard.policy.Mode;
import io.probeguard.policy.Policy;
import io.probeguard.policy.Review;
import io.probeguard.policy.Review.Note;
import io.probeguard.probe.Handler;
import io.probeguard.probe.Timing;
import io.probeguard.probe.Workload;
import io.probeguard.probe.Workload.Controller;
import io.probeguard.probe.Workload.Identity;
import io.probeguard.scan.ScanReport.ApiObject;
import io.probeguard.scan.ScanReport.ScannedPod;
import io.probeguard.scan.ScanReport.ScannedWorkload;
import io.probeguard.scan.ScanReport.Stricken;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Judges running pods one after the other. What is kept of each is its name and its node, and one review for all that are
 * judged alike, so that the pods of a large cluster fit into a small heap.
 */
public final class Scan {
    /** The webhook configurations leave it out; network agents live there, so it is looked at all the same. */
    private static final String LEFT_OUT = "kube-system";

    private final Fleet fleet;
    private final Policy policy;
    private final Function<String, @Nullable String> modeLabel;
    private final int most;
    private final Map<String, Policy> policies = new HashMap<>();
    private final Map<Object, Object> shared = new HashMap<>();
    private final Map<Owner, Integer> podsByOwner = new HashMap<>();
    private final Map<Alike, Group> groups = new LinkedHashMap<>();
    private final Set<Owner> told = new HashSet<>();
    private final Map<Owner, ApiObject> objects = new HashMap<>();
    private final Map<Owner, ApiObject> controllers = new HashMap<>();
    private final Map<Blow, Struck> struck = new LinkedHashMap<>();
    private final BlastRadiusCounter<Owner> radius = new BlastRadiusCounter<>();
    private int pods;
    private int execPods;
    private boolean hasLeftOut;

    private record Owner(@Nullable String namespace, Identity identity) {}

    /** What pods must have in common to be told of together. */
    private record Alike(Owner owner, @Nullable Note note, List<Telling> findings) {}

    /** A finding without its nodes, of which there may be thousands; {@code count} is enough to tell them apart. */
    private record Telling(
            String container,
            Handler handler,
            List<CatalogueEntry> builds,
            int count,
            Consequence consequence,
            @Nullable Consequence afterwards,
            Action action,
            @Nullable Timing before,
            @Nullable Timing relaxed,
            boolean rewritten) {
        static Telling of(Finding finding) {
            return new Telling(
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

    private record Blow(Owner owner, @Nullable CatalogueEntry build) {}

    private static final class Struck {
        private final String whereabouts;
        private final Set<String> nodes = new HashSet<>();
        private int pods;

        Struck(String whereabouts) {
            this.whereabouts = whereabouts;
        }
    }

    /** @param modeLabel the mode label of a namespace; null where it has none */
    public Scan(Fleet fleet, Policy policy, Function<String, @Nullable String> modeLabel) {
        this(fleet, policy, modeLabel, Integer.MAX_VALUE);
    }

    /** @param most of so many workloads it tells; those that it meets first */
    public Scan(Fleet fleet, Policy policy, Function<String, @Nullable String> modeLabel, int most) {
        this.fleet = fleet;
        this.policy = policy;
        this.modeLabel = modeLabel;
        this.most = most;
    }

    /** Judges a running pod. */
    public void add(Workload pod) {
        pods++;
        if (pod.execHandlers().isEmpty()) {
            return;
        }
        execPods++;
        Owner owner = new Owner(pod.namespace(), pod.annotations().mirror() == null ? pod.owner() : self(pod));
        if (leavesOut(owner)) {
            return;
        }
        refer(owner, pod);
        podsByOwner.merge(owner, 1, Integer::sum);
        Policy there = policyIn(pod.namespace());
        Review here = Guard.review(pod, fleet, there);
        boolean staysOnItsNode = pod.isDaemon() || pod.annotations().mirror() != null;
        Review anew = staysOnItsNode ? here : Guard.review(pod.on(null), fleet, there);
        if (anew.findings().isEmpty()
                && anew.steering() == null
                && here.findings().isEmpty()) {
            return;
        }
        boolean onFlagged = node(pod) != null && here.findings().stream().anyMatch(this::isActedOn);
        Review whole = pod.isDaemon() ? Guard.review(pod.daemonSet(), fleet, there) : anew;
        Review shown = whole.findings().isEmpty() // what was moved off its node could not come back
                ? new Review(pod, here.findings(), anew.steering(), here.note())
                : whole;
        boolean toRelax = anew.findings().stream().anyMatch(BlastRadiusCounter::relaxes);
        boolean recreate = onFlagged && (toRelax || anew.steering() != null);
        boolean relaxed = here.findings().stream().anyMatch(Finding::rewritten);
        group(owner, shown).pods.add(new ScannedPod(pod.name(), node(pod), onFlagged, recreate, relaxed));
        if (onFlagged && !relaxed && here.action() != Action.NONE) {
            strike(owner, node(pod), here);
        }
        if (!anew.findings().isEmpty() || anew.steering() != null) {
            radius.add(owner, anew);
        }
    }

    /**
     * Judges what pods are made from, after the pods. Where some of those were told of, they tell more; otherwise it is
     * told of without any pod.
     *
     * @param apiVersion that it was read by
     */
    public void addTemplate(Workload template, String apiVersion) {
        Owner owner = new Owner(template.namespace(), template.owner());
        Review review = told.contains(owner) ? null : Guard.review(template, fleet, policyIn(template.namespace()));
        boolean isAffected = review == null || !review.findings().isEmpty() || review.steering() != null;
        if (!isAffected || leavesOut(owner)) {
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

    private boolean leavesOut(Owner owner) {
        boolean leavesOut = told.size() >= most && !told.contains(owner);
        hasLeftOut |= leavesOut;
        return leavesOut;
    }

    private Group group(Owner owner, Review review) {
        told.add(owner);
        return groups.computeIfAbsent(
                new Alike(
                        owner,
                        review.note(),
                        review.findings().stream().map(Telling::of).toList()),
                alike -> new Group(shared(review), new ArrayList<>()));
    }

    /** The same with one consequence for all that are equal; most of the memory of a report would be their texts. */
    private Review shared(Review review) {
        List<Finding> findings = new ArrayList<>(review.findings().size());
        for (Finding finding : review.findings()) {
            findings.add(finding.withConsequences(this::shared));
        }
        return new Review(review.workload(), findings, review.steering(), review.note());
    }

    @SuppressWarnings("unchecked") // it is equal
    private <T> T shared(T value) {
        return value == null ? null : (T) shared.computeIfAbsent(value, same -> same);
    }

    /** Whether there were more workloads than it tells of. */
    public boolean hasLeftOut() {
        return hasLeftOut;
    }

    /** How many pods with exec probes or hooks it was given. */
    public int execPods() {
        return execPods;
    }

    private void strike(Owner owner, String node, Review here) {
        List<CatalogueEntry> builds = here.findings().get(0).builds();
        Struck of = struck.computeIfAbsent(
                new Blow(owner, builds.isEmpty() ? null : builds.get(0)),
                blow -> new Struck(shared(Messages.impact(here))));
        of.nodes.add(node);
        of.pods++;
    }

    /** Remembers by what the pod's owner may be referred to. */
    private void refer(Owner owner, Workload pod) {
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
        return policy.actsOn(finding.nodes().worst().flag().strength());
    }

    private static Identity self(Workload pod) {
        return new Identity(pod.kind().kindName(), pod.name());
    }

    /** One string for each node, not one for each pod. */
    private @Nullable String node(Workload pod) {
        String name = pod.pod().nodeName();
        return name == null || name.isEmpty() ? null : shared(name);
    }

    private Policy policyIn(@Nullable String namespace) {
        return namespace == null ? policy : policies.computeIfAbsent(namespace, this::newPolicyIn);
    }

    private Policy newPolicyIn(String namespace) {
        Policy labelled = policy.inNamespace(namespace, modeLabel.apply(namespace));
        boolean acts = labelled.modeFor(namespace).compareTo(Mode.WARN) > 0;
        return namespace.equals(LEFT_OUT) && acts ? labelled.withMode(namespace, Mode.WARN) : labelled;
    }

    /** What was found so far. */
    public ScanReport report() {
        List<ScannedWorkload> workloads = new ArrayList<>();
        groups.forEach((alike, group) -> workloads.add(new ScannedWorkload(
                alike.owner.namespace,
                alike.owner.identity,
                object(alike.owner),
                podsByOwner.getOrDefault(alike.owner, 0),
                group.pods.stream()
                        .sorted(Comparator.comparing(ScannedPod::name))
                        .toList(),
                group.review)));
        workloads.sort(Comparator.comparing((ScannedWorkload workload) -> workload.onFlagged() == 0)
                .thenComparing(ScannedWorkload::namespace, Comparator.nullsFirst(Comparator.naturalOrder()))
                .thenComparing(workload -> workload.owner().kind())
                .thenComparing(workload -> workload.owner().name())
                .thenComparing(workload -> workload.pods().stream()
                        .findFirst()
                        .map(ScannedPod::name)
                        .orElse("")));
        return new ScanReport(
                policy.mode(),
                fleet.size(),
                count(Strength.CONFIRMED),
                count(Strength.OBSERVED),
                count(Strength.SUSPECTED),
                NodesReport.of(fleet).flagged(),
                pods,
                execPods,
                workloads,
                stricken(),
                radius.radius());
    }

    private List<Stricken> stricken() {
        return struck.entrySet().stream()
                .map(each -> new Stricken(
                        each.getKey().owner.namespace,
                        object(each.getKey().owner),
                        each.getKey().build,
                        each.getValue().pods,
                        each.getValue().nodes.size(),
                        each.getValue().whereabouts))
                .sorted(Comparator.comparingInt(Stricken::pods).reversed())
                .toList();
    }

    private int count(Strength strength) {
        return (int) fleet.flagged().stream()
                .filter(node -> node.flag().strength() == strength)
                .count();
    }
}
