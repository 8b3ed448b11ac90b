package io.probeguard.output;

import io.probeguard.cluster.DisruptionBudget;
import io.probeguard.policy.Action;
import io.probeguard.policy.Mode;
import io.probeguard.policy.Review;
import io.probeguard.scan.BlastRadiusText;
import io.probeguard.scan.DrainPlan;
import io.probeguard.scan.Expectations;
import io.probeguard.scan.Expectations.Expectation;
import io.probeguard.scan.ScanReport;
import io.probeguard.scan.ScanReport.BlastRadius;
import io.probeguard.scan.ScanReport.FailingNode;
import io.probeguard.scan.ScanReport.Harm;
import io.probeguard.scan.ScanReport.ScannedPod;
import io.probeguard.scan.ScanReport.ScannedWorkload;
import java.io.PrintWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One JSON object; src/site/markdown/scan.md documents it. */
public final class ScanJson implements ScanOutput {
    record Report(
            Summary summary,
            List<JsonWorkload> workloads,
            DrainPlan drain,
            List<FailingNode> failingNodes,
            List<NodeWithIgnored> nodesWithIgnored) {}

    /** A node of which something cannot be understood. */
    record NodeWithIgnored(String name, List<String> ignored) {}

    record Summary(
            int nodes,
            int flagged,
            int observed,
            int suspected,
            int pods,
            int execPods,
            Mode mode,
            String sentence,
            BlastRadius blastRadius) {}

    record JsonWorkload(
            String kind,
            @Nullable String namespace,
            String name,
            int podsInAll,
            List<ScannedPod> pods,
            @Nullable Harm harm,
            List<DisruptionBudget> budgets,
            List<Expectation> expected,
            Action action,
            Review.@Nullable Note leftAlone,
            List<JsonFinding> findings) {}

    @Override
    public void write(ScanReport report, PrintWriter out) {
        Summary summary = new Summary(
                report.nodes(),
                report.flagged(),
                report.observed(),
                report.suspected(),
                report.pods(),
                report.execPods(),
                report.mode(),
                BlastRadiusText.of(report.mode(), report.radius()),
                report.radius());
        Json.writeReport(
                new Report(
                        summary,
                        report.workloads().stream().map(ScanJson::json).toList(),
                        report.drainPlan(),
                        report.failingNodes(),
                        report.nodesWithIgnored().stream()
                                .map(node -> new NodeWithIgnored(node.name(), node.ignored()))
                                .toList()),
                out);
    }

    private static JsonWorkload json(ScannedWorkload workload) {
        return new JsonWorkload(
                workload.owner().kind(),
                workload.namespace(),
                workload.owner().name(),
                workload.podsOfOwner(),
                workload.pods(),
                workload.harm(),
                workload.budgets(),
                Expectations.of(workload.review()),
                workload.review().action(),
                workload.review().note(),
                workload.review().findings().stream().map(JsonFinding::of).toList());
    }
}
