package io.probeguard.report;

import io.probeguard.report.NodesReport.Node;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a page may ask of a node; the template {@code node-rows.mustache} decides how it looks. */
public record NodeView(Node node) {
    public String name() {
        return node.name();
    }

    public @Nullable String effect() {
        return node.effect() == null ? null : "exec " + node.effect().phrase();
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

    public @Nullable Moment since() {
        return node.since() == null ? null : Moment.of(node.since());
    }

    /** Runtime, operating system, kernel and kubelet. */
    public String runs() {
        return String.join(", ", node.runtime(), node.osImage(), node.kernel(), "kubelet " + node.kubelet());
    }

    public String whatToDo() {
        return Objects.requireNonNullElse(node.whatToDo(), "");
    }
}
