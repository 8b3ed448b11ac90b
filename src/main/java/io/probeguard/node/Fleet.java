package io.probeguard.node;

import io.probeguard.catalogue.Catalogue;
import io.probeguard.catalogue.CatalogueEntry;
import io.probeguard.catalogue.NodeInfo;
import io.probeguard.kubelet.NodeSoftware;
import io.probeguard.node.Flag.Source;
import io.probeguard.node.Flag.Strength;
import io.probeguard.node.FlaggedNodes.Node;
import io.probeguard.probe.Workload;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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

    private final Map<String, Member> members = new LinkedHashMap<>();
    private final Map<Placement, Candidates> cache = new ConcurrentHashMap<>();
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

    private Fleet(@Nullable Candidates assumed, RuntimeClasses runtimeClasses) {
        this.assumed = assumed;
        this.runtimeClasses = runtimeClasses;
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
        Fleet fleet = new Fleet(null, runtimeClasses);
        Flagging flagging = new Flagging(catalogue);
        for (NodeFacts facts : nodes) {
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
            fleet.members.put(
                    facts.name(),
                    new Member(facts, flagged, verdict.statements(), InvalidNodeMarkers.on(facts, catalogue)));
        }
        return fleet;
    }

    /** A fleet whose every node, however many there are, runs these builds. */
    public static Fleet assuming(List<CatalogueEntry> builds) {
        Flag flag = Flag.ofBuilds(Strength.CONFIRMED, Source.PACKAGES, builds, null, "assumed");
        Node node = new Node("", flag, software(NodeInfo.UNKNOWN, builds), false, List.of(Statement.of(flag)));
        return new Fleet(Candidates.of(1, builds.isEmpty() ? List.of() : List.of(node)), RuntimeClasses.UNKNOWN);
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
        return members.size();
    }

    /** All nodes, in the order given; none where builds are assumed. */
    public Collection<Member> members() {
        return Collections.unmodifiableCollection(members.values());
    }

    /** All nodes that are flagged, in the order given. */
    public List<Node> flagged() {
        List<Node> flagged = new ArrayList<>();
        for (Member member : members.values()) {
            if (member.flagged != null) {
                flagged.add(member.flagged);
            }
        }
        return flagged;
    }

    /** Whether there is a node of that name. */
    public boolean has(String node) {
        return members.containsKey(node);
    }

    /** Whether there is a flag, confirmed or suspected, on the node of that name. */
    public boolean isFlagged(String node) {
        Member member = members.get(node);
        return member != null && member.flagged != null;
    }

    /** What a label should become, by node, where it is something else now; empty where there should be none. */
    public Map<String, String> wantedLabels(NodeLabel label) {
        Map<String, String> wanted = new LinkedHashMap<>();
        for (Member member : members.values()) {
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
            return search(placement, pinned.stream().map(members::get).toList());
        }
        Candidates known = cache.get(placement);
        if (known == null) {
            known = search(placement, members.values());
            store(placement, known);
        }
        return known;
    }

    private void store(Placement placement, Candidates candidates) {
        if (placement.toString().length() > MAX_PLACEMENT_LENGTH) {
            return;
        }
        if (cache.size() >= MAX_PLACEMENTS) {
            cache.clear();
        }
        cache.put(placement, candidates);
    }

    private static Candidates search(Placement placement, Collection<@Nullable Member> among) {
        int count = 0;
        List<Node> flagged = new ArrayList<>();
        for (Member member : among) {
            if (member != null && placement.admits(member.facts)) {
                count++;
                if (member.flagged != null) {
                    flagged.add(member.flagged);
                }
            }
        }
        return Candidates.of(count, flagged);
    }
}
