package io.probeguard.console;

import io.probeguard.report.NodesReport;
import io.probeguard.report.NodesReport.Node;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The nodes, and why each is flagged.
 *
 * @param all whether those without a flag are shown too
 */
record NodesPage(Layout layout, @Nullable String nodesTrouble, String summary, boolean all, Paged<Row> rows) {

    record Row(Node node) {
        String name() {
            return node.name();
        }

        String effect() {
            return node.effect() == null ? "" : "exec " + node.effect().phrase();
        }

        String confidence() {
            return Objects.requireNonNullElse(node.confidence(), "not flagged");
        }

        String builds() {
            return String.join(", ", node.builds());
        }

        String source() {
            return Objects.requireNonNullElse(node.source(), "");
        }

        @Nullable
        Moment since() {
            return node.since() == null ? null : Moment.of(node.since());
        }

        /** Of a suspicion, what to do tells it already. */
        String reason() {
            String reason = Objects.requireNonNullElse(node.reason(), "");
            return whatToDo().startsWith(reason) ? "" : reason;
        }

        String whatToDo() {
            return Objects.requireNonNullElse(node.whatToDo(), "");
        }

        String runs() {
            return String.join(", ", node.runtime(), node.osImage(), node.kernel(), "kubelet " + node.kubelet());
        }
    }

    static NodesPage of(Source source, boolean all, int page) {
        NodesReport report = NodesReport.of(source.fleet());
        List<Node> shown = all
                ? report.nodes()
                : report.nodes().stream()
                        .filter(node -> node.confidence() != null)
                        .toList();
        return new NodesPage(
                new Layout("Nodes", "nodes"),
                source.nodesTrouble(),
                report.summary().sentence(),
                all,
                Paged.of(
                        shown,
                        page,
                        Row::new,
                        other -> "nodes"
                                + new Query().and("show", all ? "all" : "").and("page", String.valueOf(other))));
    }
}
