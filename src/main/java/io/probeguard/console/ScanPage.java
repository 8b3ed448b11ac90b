package io.probeguard.console;

import io.probeguard.scan.BlastRadiusText;
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
 * A scan as one HTML page that needs nothing else: no script, no other file. It can be mailed whatever was found: what is
 * alike is told once, with all the names that it holds of, but for the first workloads.
 */
public final class ScanPage {
    /** Those are told in full. */
    static final int MOST_IN_FULL = 50;

    private ScanPage() {}

    /** Writes the page. */
    public static void write(ScanReport report, PrintWriter out) {
        HtmlTemplates.of(ScanPage.class, "scan.mustache").execute(new Page(report), out);
    }

    record Nodes(List<NodeView> items) {}

    /** What there is in a few words, and the workloads that it holds of. */
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

        /** Null where none is. */
        @Nullable
        Nodes flagged() {
            return report.flaggedNodes().isEmpty() ? null : new Nodes(NodeView.alike(report.flaggedNodes()));
        }

        /** Made while the page is written, one after the other. */
        Iterable<WorkloadView> workloads() {
            return () -> report.workloads().stream()
                    .limit(MOST_IN_FULL)
                    .map(WorkloadView::new)
                    .iterator();
        }

        /** Null where all are told in full. */
        @Nullable
        Others others() {
            List<ScannedWorkload> all = report.workloads();
            if (all.size() <= MOST_IN_FULL) {
                return null;
            }
            Map<Kind, List<WorkloadView>> kinds = all.stream()
                    .skip(MOST_IN_FULL)
                    .map(WorkloadView::new)
                    .collect(Collectors.groupingBy(Kind::of, LinkedHashMap::new, Collectors.toList()));
            return new Others(
                    all.size() - MOST_IN_FULL,
                    kinds.entrySet().stream()
                            .map(each -> new Alike(each.getKey(), each.getValue()))
                            .toList());
        }
    }
}
