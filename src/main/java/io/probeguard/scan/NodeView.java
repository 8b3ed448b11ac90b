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
 * What a page shows of a node, or of nodes that differ only in their names; the template {@code node-rows.mustache} decides
 * how it looks.
 */
public record NodeView(String name, Node node) {
    public NodeView(Node node) {
        this(node.name(), node);
    }

    /** Views of nodes, one for those that differ only in their names. */
    public static List<NodeView> alike(List<Node> nodes) {
        Map<Node, List<Node>> alike = nodes.stream()
                .collect(Collectors.groupingBy(node -> node.withName(""), LinkedHashMap::new, Collectors.toList()));
        return alike.values().stream()
                .map(group ->
                        new NodeView(group.stream().map(Node::name).collect(Collectors.joining(", ")), group.get(0)))
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

    /** Why it is flagged; empty for a suspicion, where {@link #whatToDo} begins with the reason. */
    public String reason() {
        String reason = Objects.requireNonNullElse(node.reason(), "");
        return whatToDo().startsWith(reason) ? "" : reason;
    }

    /** What the sources say, where several do. */
    public List<Said> evidence() {
        return node.evidence().size() < 2
                ? List.of()
                : node.evidence().stream()
                        .map(each -> new Said(
                                each.source().word(),
                                each.strength() == null
                                        ? "works"
                                        : each.strength().word(),
                                each.reason()))
                        .toList();
    }

    /** A source and what it says. */
    public record Said(String source, String confidence, String reason) {}

    /** Labels and annotations of the admin's that are ignored because they are invalid. */
    public List<String> ignored() {
        return node.ignored();
    }

    public @Nullable Timestamp since() {
        return node.since() == null ? null : Timestamp.of(node.since());
    }

    /** Its runtime, operating system, kernel and kubelet. */
    public String versions() {
        return String.join(", ", node.runtime(), node.osImage(), node.kernel(), "kubelet " + node.kubelet());
    }

    public String whatToDo() {
        return Objects.requireNonNullElse(node.whatToDo(), "");
    }
}
