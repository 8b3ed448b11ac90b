package io.probeguard.console;

import io.probeguard.scan.BlastRadiusText;
import io.probeguard.scan.DrainPlanView;
import io.probeguard.scan.FailingNodeText;
import io.probeguard.scan.NodeView;
import io.probeguard.scan.ScanReport;
import io.probeguard.scan.ScanReport.ScannedWorkload;
import io.probeguard.scan.WorkloadView;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A scan as one self-contained HTML page, without scripts. It stays small enough to be mailed: all but the first workloads
 * are grouped by what happens to them, and only their names are listed.
 */
public final class ScanPage {
    /** How many workloads are shown in full. */
    static final int MAX_IN_FULL = 50;

    private ScanPage() {}

    /** Writes the page. */
    public static void write(ScanReport report, PrintWriter out) {
        HtmlTemplates.template("scan.mustache").execute(new Page(report), out);
    }

    record Nodes(List<NodeView> items) {}

    record Failing(List<FailingRow> items) {}

    record Ignored(String name, String message) {}

    record FailingRow(String name, String seen, String whatToDo) {}

    /** What happens to some workloads, in a few words. */
    record Kind(String summary, String builds, String policy) {
        static Kind of(WorkloadView view) {
            return new Kind(view.summary(), String.join(", ", view.builds()), view.policy());
        }
    }

    record Alike(Kind kind, List<WorkloadView> workloads) {
        int count() {
            return workloads.size();
        }

        String names() {
            return workloads.stream()
                    .map(view -> view.name() + " (" + view.workload().onFlagged() + ")")
                    .collect(Collectors.joining(", "));
        }
    }

    record Others(int count, List<Alike> kinds) {}

    record Page(ScanReport report) {
        String sentence() {
            return BlastRadiusText.of(report.mode(), report.radius());
        }

        String counts() {
            return report.counts();
        }

        DrainPlanView drain() {
            return new DrainPlanView(report.drainPlan());
        }

        /** Null where no node is flagged. */
        @Nullable
        Nodes flagged() {
            return report.flaggedNodes().isEmpty() ? null : new Nodes(NodeView.alike(report.flaggedNodes()));
        }

        /** What cannot be understood of nodes. */
        List<Ignored> ignored() {
            return report.nodesWithIgnored().stream()
                    .flatMap(node -> node.ignored().stream().map(message -> new Ignored(node.name(), message)))
                    .toList();
        }

        /** Null where none is. */
        @Nullable
        Failing failing() {
            return report.failingNodes().isEmpty()
                    ? null
                    : new Failing(report.failingNodes().stream()
                            .map(node -> new FailingRow(
                                    node.name(), FailingNodeText.of(node), FailingNodeText.whatToDo(node)))
                            .toList());
        }

        /** Created one by one while the page is written. */
        Iterable<WorkloadView> workloads() {
            return () -> report.workloads().stream()
                    .limit(MAX_IN_FULL)
                    .map(WorkloadView::new)
                    .iterator();
        }

        /** Null where all are shown in full. */
        @Nullable
        Others others() {
            List<ScannedWorkload> all = report.workloads();
            if (all.size() <= MAX_IN_FULL) {
                return null;
            }
            Map<Kind, List<WorkloadView>> kinds = all.stream()
                    .skip(MAX_IN_FULL)
                    .map(WorkloadView::new)
                    .collect(Collectors.groupingBy(Kind::of, LinkedHashMap::new, Collectors.toList()));
            return new Others(
                    all.size() - MAX_IN_FULL,
                    kinds.entrySet().stream()
                            .map(each -> new Alike(each.getKey(), each.getValue()))
                            .toList());
        }
    }
}
