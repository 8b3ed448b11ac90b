package io.probeguard.scan;

import io.probeguard.node.Flag.Strength;
import io.probeguard.scan.NodesReport.Node;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a page may ask of a node, or of nodes of which the same is to be said; the template {@code node-rows.mustache}
 * decides how it looks.
 */
public record NodeView(String name, Node node) {
    public NodeView(Node node) {
        this(node.name(), node);
    }

    /** Nodes as views, those together that differ in nothing but their names. */
    public static List<NodeView> alike(List<Node> nodes) {
        Map<Node, List<Node>> alike = nodes.stream()
                .collect(Collectors.groupingBy(node -> node.named(""), LinkedHashMap::new, Collectors.toList()));
        return alike.values().stream()
                .map(those ->
                        new NodeView(those.stream().map(Node::name).collect(Collectors.joining(", ")), those.get(0)))
                .toList();
    }

    public @Nullable String effect() {
        if (node.effect() == null) {
            return null;
        }
        boolean isSuspected = Strength.SUSPECTED.word().equals(node.confidence());
        return "exec "
                + (isSuspected ? node.effect().suspicion() : node.effect().phrase());
    }

    public String confidence() {
        return Objects.requireNonNullElse(node.confidence(), "not flagged");
    }

    public String builds() {
        return String.join(", ", node.builds());
    }

    /** Why it is flagged; of a suspicion, what to do tells it already. */
    public String reason() {
        String reason = Objects.requireNonNullElse(node.reason(), "");
        return whatToDo().startsWith(reason) ? "" : reason;
    }

    /** What an admin wrote on it that counts for nothing. */
    public List<String> ignored() {
        return node.ignored();
    }

    public @Nullable Timestamp since() {
        return node.since() == null ? null : Timestamp.of(node.since());
    }

    /** Runtime, operating system, kernel and kubelet. */
    public String runs() {
        return String.join(", ", node.runtime(), node.osImage(), node.kernel(), "kubelet " + node.kubelet());
    }

    public String whatToDo() {
        return Objects.requireNonNullElse(node.whatToDo(), "");
    }
}
