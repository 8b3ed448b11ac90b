package io.probeguard.console;

import io.probeguard.scan.NodeView;
import io.probeguard.scan.NodesReport;
import io.probeguard.scan.NodesReport.Node;
import java.util.List;

/**
 * The nodes, and why each is flagged.
 *
 * @param all whether nodes without a flag are shown too
 */
record NodesPage(Layout layout, String summary, boolean all, Paged<NodeView> rows) {

    static NodesPage of(ConsoleData source, boolean all, int page) {
        NodesReport report = NodesReport.of(source.fleet());
        List<Node> shown = all ? report.nodes() : report.flagged();
        return new NodesPage(
                Layout.of(source, "Nodes", "nodes"),
                report.summary().sentence(),
                all,
                Paged.of(
                        shown,
                        page,
                        NodeView::new,
                        other -> "nodes"
                                + new Query().and("show", all ? "all" : "").and("page", String.valueOf(other))));
    }
}
