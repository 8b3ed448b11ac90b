package io.probeguard.console;

import io.probeguard.background.BackgroundReview.Pass;
import io.probeguard.scan.DrainPlanView;
import io.probeguard.scan.NodeView;
import io.probeguard.scan.NodesReport;
import io.probeguard.scan.NodesReport.Node;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The nodes, and why each is flagged.
 *
 * @param all whether nodes without a flag are shown too
 * @param drain in which order to drain the flagged ones; null before the first review
 */
record NodesPage(
        Layout layout,
        String summary,
        boolean all,
        Paged<NodeView> rows,
        @Nullable DrainPlanView drain) {

    static NodesPage of(ConsoleData source, boolean all, int page) {
        Pass pass = source.reviewed();
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
                                + new Query().and("show", all ? "all" : "").and("page", String.valueOf(other))),
                pass == null ? null : new DrainPlanView(pass.report().drainPlan()));
    }
}
