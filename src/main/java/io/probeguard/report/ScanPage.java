package io.probeguard.report;

import java.io.PrintWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A scan as one HTML page that needs nothing else: no script, no other file. */
public final class ScanPage {
    private ScanPage() {}

    /** Writes the page. */
    public static void write(ScanReport report, PrintWriter out) {
        HtmlTemplates.of(ScanPage.class, "scan.mustache").execute(new Page(report), out);
    }

    record Nodes(List<NodeView> items) {}

    record Page(ScanReport report) {
        String sentence() {
            return BlastRadiusWords.of(report.mode(), report.radius());
        }

        String counts() {
            return report.counts();
        }

        /** Null where none is. */
        @Nullable
        Nodes flagged() {
            return report.flaggedNodes().isEmpty()
                    ? null
                    : new Nodes(
                            report.flaggedNodes().stream().map(NodeView::new).toList());
        }

        /** Made while the page is written, one after the other. */
        Iterable<WorkloadView> workloads() {
            return () -> report.workloads().stream().map(WorkloadView::new).iterator();
        }
    }
}
