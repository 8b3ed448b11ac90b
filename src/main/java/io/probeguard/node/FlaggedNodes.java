package io.probeguard.node;

import io.probeguard.catalogue.CatalogueEntry;
import io.probeguard.catalogue.Effect;
import io.probeguard.kubelet.NodeSoftware;
import io.probeguard.node.Flag.Strength;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Some flagged nodes, and what they have in common.
 *
 * @param builds of all of them, the worst first
 * @param alike the nodes by the effect and the strength of their flags, the worst first, and so are those of each
 */
public record FlaggedNodes(List<Node> nodes, List<CatalogueEntry> builds, List<List<Node>> alike) {
    private static final Comparator<CatalogueEntry> WORST_FIRST =
            Comparator.comparing(CatalogueEntry::effect).thenComparing(CatalogueEntry::id);

    private static final Comparator<Node> WORST_NODE_FIRST = Comparator.comparing(Node::effect)
            .thenComparing(node -> node.flag().strength())
            .thenComparing(node -> !node.software().isDocker()) // there a failed exec counts
            .thenComparing(node -> node.software().version());

    /**
     * A flagged node.
     *
     * @param software its kubelet and container runtime; where it does not report them, what such a build is likely to
     *     run with
     * @param labelled whether it has the label of its flag, which keeps steered pods off it
     * @param statements of all sources, the one that decided among them
     */
    public record Node(String name, Flag flag, NodeSoftware software, boolean labelled, List<Statement> statements) {
        /** What its worst build does to exec, or what was observed there. */
        public Effect effect() {
            return flag.effect();
        }
    }

    static FlaggedNodes of(List<Node> nodes) {
        List<CatalogueEntry> builds =
                CatalogueEntry.distinct(nodes.stream().flatMap(node -> node.flag().builds().stream())).stream()
                        .sorted(WORST_FIRST)
                        .toList();
        List<List<Node>> alike = List.copyOf(nodes.stream()
                .sorted(WORST_NODE_FIRST)
                .collect(Collectors.groupingBy(Alike::of, LinkedHashMap::new, Collectors.toList()))
                .values());
        return new FlaggedNodes(List.copyOf(nodes), builds, alike);
    }

    private record Alike(Effect effect, Strength strength) {
        static Alike of(Node node) {
            return new Alike(node.effect(), node.flag().strength());
        }
    }

    public boolean isEmpty() {
        return nodes.isEmpty();
    }

    public int size() {
        return nodes.size();
    }

    /** Whether longer timing fixes what is wrong there, at least partly; where the build is unknown, it may. */
    public boolean timingHelps() {
        return builds.isEmpty() || builds.stream().anyMatch(CatalogueEntry::timingHelps);
    }

    /**
     * The node with the worst effect on a pod.
     *
     * @throws IndexOutOfBoundsException if there are no nodes
     */
    public Node worst() {
        return alike.get(0).get(0);
    }

    /** Their names, in the order in which the nodes were given. */
    public List<String> names() {
        return nodes.stream().map(Node::name).toList();
    }
}
