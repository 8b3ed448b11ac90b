package io.probeguard.output;

import io.probeguard.scan.BlastRadiusText;
import io.probeguard.scan.DrainPlan;
import io.probeguard.scan.DrainPlanText;
import io.probeguard.scan.DrainText;
import io.probeguard.scan.Expectations;
import io.probeguard.scan.FailingNodeText;
import io.probeguard.scan.HarmText;
import io.probeguard.scan.NodesReport;
import io.probeguard.scan.PoolText;
import io.probeguard.scan.ScanReport;
import io.probeguard.scan.ScanReport.FailingNode;
import io.probeguard.scan.ScanReport.ScannedPod;
import io.probeguard.scan.ScanReport.ScannedWorkload;
import io.probeguard.text.Wording;
import io.probeguard.text.WrappedText;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.Ansi.Style;

/** Text: for each workload, what happens to its pods and which of them to recreate; then the blast radius. */
public final class ScanText implements ScanOutput {
    private static final int MAX_PODS = 5;

    private final ReviewText text;

    public ScanText(Ansi ansi) {
        this.text = new ReviewText(ansi);
    }

    @Override
    public void write(ScanReport report, PrintWriter out) {
        report.workloads().forEach(workload -> workload(workload, out));
        drainPlan(report.drainPlan(), out);
        text.waysOut(report.workloads().stream().map(ScannedWorkload::review), out);
        report.failingNodes().forEach(node -> failing(node, out));
        for (NodesReport.Node node : report.nodesWithIgnored()) {
            node.ignored()
                    .forEach(ignored ->
                            WrappedText.print("! ", Wording.clean("node " + node.name() + ": " + ignored), out));
        }
        out.println(report.counts());
        WrappedText.print("", BlastRadiusText.of(report.mode(), report.radius()), out);
    }

    private void workload(ScannedWorkload workload, PrintWriter out) {
        String namespace = workload.namespace() == null ? "" : workload.namespace() + "/";
        String name =
                workload.owner().kind() + " " + namespace + workload.owner().name();
        out.println(text.styled(Wording.clean(name), Style.bold) + "  " + pods(workload));
        HarmText.of(workload).ifPresent(harm -> WrappedText.print("  ", harm, out));
        text.findings(workload.review(), out);
        DrainText.of(workload).forEach(sentence -> WrappedText.print("  drain: ", sentence, out));
        List<ScannedPod> toRecreate = workload.toRecreate();
        if (!toRecreate.isEmpty()) {
            WrappedText.print("  recreate: ", names(toRecreate), out);
        }
        text.remedies(workload.review(), out);
        Expectations.of(workload.review())
                .forEach(each -> WrappedText.print("  ", Wording.clean(each.sentence()), out));
        out.println();
    }

    private void drainPlan(DrainPlan plan, PrintWriter out) {
        if (plan.steps().isEmpty()) {
            return;
        }
        out.println(text.styled("Order in which to drain flagged nodes", Style.bold)
                + "  -o drain writes it as a script to read first");
        table(DrainPlanText.COLUMNS, DrainPlanText.rows(plan), out);
        table(DrainPlanText.POOL_COLUMNS, DrainPlanText.poolRows(plan), out);
        DrainPlanText.notes(plan).forEach(note -> WrappedText.print("  ! ", note, out));
        out.println();
    }

    private static void table(List<String> columns, List<List<String>> rows, PrintWriter out) {
        if (!rows.isEmpty()) {
            List<List<String>> table = new ArrayList<>();
            table.add(columns.stream()
                    .map(column -> column.toUpperCase(Locale.ROOT))
                    .toList());
            table.addAll(rows);
            List<Integer> widths = TableText.widths(table, Integer.MAX_VALUE);
            table.forEach(row -> out.println("  " + TableText.line(row, widths)));
        }
    }

    private void failing(FailingNode node, PrintWriter out) {
        out.println(text.styled(Wording.clean("Node " + node.name()), Style.bold) + "  not flagged");
        WrappedText.print("  ", FailingNodeText.of(node), out);
        WrappedText.print("  -> ", FailingNodeText.whatToDo(node), out);
        out.println();
    }

    private static String pods(ScannedWorkload workload) {
        int reviewed = workload.pods().size();
        String pods = reviewed == workload.podsOfOwner()
                ? Wording.count(reviewed, "pod")
                : reviewed + " of " + Wording.count(workload.podsOfOwner(), "pod");
        long relaxed = workload.pods().stream().filter(ScannedPod::relaxed).count();
        return pods + ", " + workload.onFlagged() + " on flagged nodes now" + PoolText.of(workload)
                + (relaxed > 0 ? ", " + relaxed + " already relaxed" : "");
    }

    private static String names(List<ScannedPod> pods) {
        return Wording.list(
                pods.stream().map(pod -> pod.name() + " (" + pod.node() + ")").toList(), MAX_PODS);
    }
}
