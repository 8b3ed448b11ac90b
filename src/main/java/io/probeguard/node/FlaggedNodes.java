package io.probeguard.node;

import io.probeguard.runtime.Catalogue.ExecSemantics;
import io.probeguard.runtime.CatalogueEntry;
import io.probeguard.runtime.Effect;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some flagged nodes, and what they have in common.
 *
 * @param builds of all of them, the worst first
 * @param worst the node that a pod fares worst on; null where there are none
 */
public record FlaggedNodes(
        List<Node> nodes,
        List<CatalogueEntry> builds,
        @Nullable Node worst) {
    private static final Comparator<CatalogueEntry> WORST_FIRST =
            Comparator.comparing(CatalogueEntry::effect).thenComparing(CatalogueEntry::id);

    private static final Comparator<Node> WORST_NODE_FIRST = Comparator.comparing(Node::effect)
            .thenComparing(node -> node.flag().strength())
            .thenComparing(node -> node.semantics().failed())
            .thenComparing(node -> node.semantics().timedOut());

    /**
     * A flagged node, and what its kubelet makes of an exec that goes wrong.
     *
     * @param labelled whether it says by its label what it is flagged for, so that steered pods keep off it
     */
    public record Node(String name, Flag flag, ExecSemantics semantics, boolean labelled) {
        /** That of its worst build; unknown where no build is named. */
        public Effect effect() {
            return flag.builds().isEmpty()
                    ? Effect.UNKNOWN
                    : flag.builds().get(0).effect();
        }
    }

    static FlaggedNodes of(List<Node> nodes) {
        List<CatalogueEntry> builds = nodes.stream()
                .flatMap(node -> node.flag().builds().stream())
                .distinct()
                .sorted(WORST_FIRST)
                .toList();
        Node worst = nodes.stream().min(WORST_NODE_FIRST).orElse(null);
        return new FlaggedNodes(List.copyOf(nodes), builds, worst);
    }

    public boolean isEmpty() {
        return nodes.isEmpty();
    }

    public int size() {
        return nodes.size();
    }

    /** Whether longer timing heals what is wrong there, at least partly; of what is not known, it may. */
    public boolean timingHelps() {
        return builds.isEmpty() || builds.stream().anyMatch(CatalogueEntry::timingHelps);
    }

    /** All of them, that first on which a pod fares worst; those on which it fares alike as they were given. */
    public List<Node> worstFirst() {
        return nodes.stream().sorted(WORST_NODE_FIRST).toList();
    }

    /** Their names, in the order in which the nodes were given. */
    public List<String> names() {
        return nodes.stream().map(Node::name).toList();
    }
}
