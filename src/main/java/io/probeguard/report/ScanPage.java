package io.probeguard.report;

import java.io.PrintWriter;

/** A scan as one HTML page that needs nothing else: no script, no other file. */
public final class ScanPage {
    private ScanPage() {}

    /** Writes the page. */
    public static void write(ScanReport report, PrintWriter out) {
        HtmlTemplates.of(ScanPage.class, "scan.mustache").execute(new Page(report), out);
    }

    record Page(ScanReport report) {
        String sentence() {
            return BlastRadiusWords.of(report.mode(), report.radius());
        }

        String counts() {
            return report.counts();
        }

        /** Made while the page is written, one after the other. */
        Iterable<WorkloadView> workloads() {
            return () -> report.workloads().stream().map(WorkloadView::new).iterator();
        }
    }
}
