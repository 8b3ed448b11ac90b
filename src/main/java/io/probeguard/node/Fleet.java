package io.probeguard.node;

import io.probeguard.catalogue.Catalogue;
import io.probeguard.catalogue.CatalogueEntry;
import io.probeguard.catalogue.NodeInfo;
import io.probeguard.kubelet.NodeSoftware;
import io.probeguard.node.Flag.Source;
import io.probeguard.node.Flag.Strength;
import io.probeguard.node.FlaggedNodes.Node;
import io.probeguard.probe.Workload;
import io.probeguard.text.Wording;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The nodes of a cluster at one moment, each with its flag. Immutable to its users, and safe for use by many
 * threads.
 */
public final class Fleet {
    /** Workloads constrain where their pods run in few ways; the candidates of at most this many are cached. */
    private static final int MAX_PLACEMENTS = 2048;
    /** In characters. Pods are judged before they are validated, and so may be of any size. */
    private static final int MAX_PLACEMENT_LENGTH = 4096;

    /**
     * How many flagged nodes the cached candidates may name in all, each in some lists: a few MB, however many placements
     * there are and nodes that are flagged.
     */
    private static final int MAX_NAMED = 250_000;

    /** How the message of a node begins that was not judged. */
    static final String NOT_JUDGED =
            "is not judged, and so has no flag, because of a bug in probe-guard; please report it: ";

    /** In characters. */
    private static final int MAX_ERROR = 300;

    private final NodeTable nodes;
    private final Catalogue catalogue;
    private final Map<String, Evidence> evidence;
    private final Map<Placement, Candidates> cache = new ConcurrentHashMap<>();
    private final AtomicInteger named = new AtomicInteger();
    private final @Nullable Candidates assumed;
    private final RuntimeClasses runtimeClasses;

    /**
     * A node.
     *
     * @param flagged null where it has no flag
     * @param statements what each source says of exec there, in the order in which they count
     * @param ignored invalid labels and annotations for probe-guard, each for a person
     */
    public record Member(NodeFacts facts, @Nullable Node flagged, List<Statement> statements, List<String> ignored) {
        public @Nullable Flag flag() {
            return flagged == null ? null : flagged.flag();
        }
    }

    private Fleet(
            NodeTable nodes,
            Catalogue catalogue,
            Map<String, Evidence> evidence,
            RuntimeClasses runtimeClasses,
            @Nullable Candidates assumed) {
        this.nodes = nodes;
        this.catalogue = catalogue;
        this.evidence = evidence;
        this.runtimeClasses = runtimeClasses;
        this.assumed = assumed;
    }

    /** The fleet of these nodes, flagged by what is known of each. */
    public static Fleet of(Collection<NodeFacts> nodes, Catalogue catalogue) {
        return of(nodes, catalogue, Map.of());
    }

    /** @param evidence what is seen of them, by name of the node; nothing where it is missing */
    public static Fleet of(Collection<NodeFacts> nodes, Catalogue catalogue, Map<String, Evidence> evidence) {
        return of(nodes, catalogue, evidence, RuntimeClasses.UNKNOWN);
    }

    /** @param runtimeClasses of the cluster */
    public static Fleet of(
            Collection<NodeFacts> nodes,
            Catalogue catalogue,
            Map<String, Evidence> evidence,
            RuntimeClasses runtimeClasses) {
        Flagging flagging = new Flagging(catalogue);
        List<Member> members = new ArrayList<>(nodes.size());
        for (NodeFacts facts : nodes) {
            members.add(member(facts, catalogue, flagging, evidence));
        }
        return new Fleet(NodeTable.of(members), catalogue, evidence, runtimeClasses, null);
    }

    /**
     * The fleet after some changes; only what has changed is judged anew.
     *
     * @param changes nodes by name, those of which only the evidence has changed need not be among them; null for one that
     *     is gone
     * @param evidence of all nodes
     */
    public Fleet with(
            Map<String, @Nullable NodeFacts> changes,
            Catalogue catalogue,
            Map<String, Evidence> evidence,
            RuntimeClasses runtimeClasses) {
        Flagging flagging = new Flagging(catalogue);
        Map<String, @Nullable Member> changed = new HashMap<>();
        boolean all = !catalogue.equals(this.catalogue);
        if (all || !evidence.equals(this.evidence)) {
            for (Member member : nodes.rows()) {
                String name = member.facts.name();
                if (all || !Objects.equals(this.evidence.get(name), evidence.get(name))) {
                    changed.put(name, member(member.facts, catalogue, flagging, evidence));
                }
            }
        }
        changes.forEach((name, facts) ->
                changed.put(name, facts == null ? null : member(facts, catalogue, flagging, evidence)));
        return new Fleet(nodes.with(changed), catalogue, evidence, runtimeClasses, null);
    }

    /**
     * One node that cannot be judged, for a bug of ours, must not keep the others from being judged: it has no flag, so that
     * pods are created as if we were not there, and says why.
     */
    private static Member member(
            NodeFacts facts, Catalogue catalogue, Flagging flagging, Map<String, Evidence> evidence) {
        try {
            return judged(facts, catalogue, flagging, evidence);
        } catch (RuntimeException e) {
            return new Member(facts, null, List.of(), List.of(NOT_JUDGED + Wording.truncate(origin(e), MAX_ERROR)));
        }
    }

    private static String origin(RuntimeException e) {
        StackTraceElement[] trace = e.getStackTrace();
        return trace.length == 0 ? e.toString() : e + " at " + trace[0];
    }

    private static Member judged(
            NodeFacts facts, Catalogue catalogue, Flagging flagging, Map<String, Evidence> evidence) {
        Verdict verdict = flagging.judge(facts, evidence.getOrDefault(facts.name(), Evidence.NONE));
        Flag flag = verdict.flag();
        Node flagged = flag == null
                ? null
                : new Node(
                        facts.name(),
                        flag,
                        software(facts.info(), flag.builds()),
                        NodeLabel.ofFlag(flag).equals(facts.labels().get(NodeFacts.FLAGGED_LABEL)),
                        verdict.statements());
        return new Member(facts, flagged, verdict.statements(), InvalidNodeMarkers.on(facts, catalogue));
    }

    /** A fleet whose every node, however many there are, runs these builds. */
    public static Fleet assuming(List<CatalogueEntry> builds) {
        Flag flag = Flag.ofBuilds(Strength.CONFIRMED, Source.PACKAGES, builds, null, "assumed");
        Node node = new Node("", flag, software(NodeInfo.UNKNOWN, builds), false, List.of(Statement.of(flag)));
        return new Fleet(
                NodeTable.of(List.of()),
                Catalogue.builtIn(),
                Map.of(),
                RuntimeClasses.UNKNOWN,
                Candidates.of(1, builds.isEmpty() ? List.of() : List.of(node)));
    }

    private static NodeSoftware software(NodeInfo info, List<CatalogueEntry> builds) {
        try {
            return NodeSoftware.of(info.kubeletVersion(), info.containerRuntimeVersion());
        } catch (IllegalArgumentException e) {
            boolean docker = !builds.isEmpty() && builds.get(0).component().contains("docker");
            return docker ? NodeSoftware.NEWEST_DOCKER : NodeSoftware.NEWEST;
        }
    }

    /** Whether the builds are assumed, so that there are no nodes to count or to name. */
    public boolean isAssumed() {
        return assumed != null;
    }

    /** The handler of a RuntimeClass that is not runc; null where it is, or may be. */
    public @Nullable String otherRuntime(@Nullable String runtimeClassName) {
        return runtimeClasses.otherRuntime(runtimeClassName);
    }

    /** How many nodes there are. */
    public int size() {
        return nodes.rows().size();
    }

    /** All nodes, in the order given; none where builds are assumed. */
    public Collection<Member> members() {
        return nodes.rows();
    }

    /** All nodes that are flagged, in the order given. */
    public List<Node> flagged() {
        List<Node> flagged = new ArrayList<>();
        for (Member member : nodes.rows()) {
            if (member.flagged != null) {
                flagged.add(member.flagged);
            }
        }
        return flagged;
    }

    /** Whether there is a node of that name. */
    public boolean has(String node) {
        return nodes.get(node) != null;
    }

    /** The containerRuntimeVersion of the node of that name; null if there is no such node. */
    public @Nullable String runtime(String node) {
        Member member = nodes.get(node);
        return member == null ? null : member.facts.info().containerRuntimeVersion();
    }

    /** Whether there is a flag, confirmed or suspected, on the node of that name. */
    public boolean isFlagged(String node) {
        Member member = nodes.get(node);
        return member != null && member.flagged != null;
    }

    /** What a label should become, by node, where it is something else now; empty where there should be none. */
    public Map<String, String> wantedLabels(NodeLabel label) {
        Map<String, String> wanted = new LinkedHashMap<>();
        for (Member member : nodes.rows()) {
            String value = label.wanted(member);
            if (!value.equals(member.facts.labels().getOrDefault(label.key(), ""))) {
                wanted.put(member.facts.name(), value);
            }
        }
        return wanted;
    }

    /** The nodes that the pods of a workload could run on. */
    public Candidates candidates(Workload workload) {
        if (assumed != null) {
            return assumed;
        }
        Placement placement = Placement.of(workload);
        Set<String> pinned = placement.pinnedTo();
        if (pinned != null) {
            return search(placement, nodes.only(pinned));
        }
        Candidates known = cache.get(placement);
        if (known == null) {
            known = search(placement, nodes);
            store(placement, known);
        }
        return known;
    }

    private void store(Placement placement, Candidates candidates) {
        if (placement.toString().length() > MAX_PLACEMENT_LENGTH) {
            return;
        }
        if (cache.size() >= MAX_PLACEMENTS || named.get() >= MAX_NAMED) {
            cache.clear();
            named.set(0);
        }
        cache.put(placement, candidates);
        named.addAndGet(candidates.flagged().size());
    }

    private static Candidates search(Placement placement, NodeTable among) {
        BitSet admitted = placement.admitted(among);
        List<Node> flagged = new ArrayList<>();
        admitted.stream().forEach(row -> {
            Node node = among.rows().get(row).flagged;
            if (node != null) {
                flagged.add(node);
            }
        });
        return Candidates.of(admitted.cardinality(), flagged);
    }
}
