package io.probeguard.output;

import io.probeguard.evidence.CanaryReport;
import io.probeguard.evidence.CanaryReport.Row;
import io.probeguard.text.Wording;
import io.probeguard.text.WrappedText;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A table of nodes and what their canaries said, for people. */
public final class CanaryText {
    private static final List<String> COLUMNS = List.of("NODE", "RUNTIME", "EXEC", "FIRST", "CATALOGUE");

    private CanaryText() {}

    /** The nodes that were asked, and those that were not. */
    public static void write(CanaryReport report, PrintWriter out) {
        List<List<String>> rows = new ArrayList<>(List.of(COLUMNS));
        report.nodes().forEach(row -> rows.add(cells(row)));
        List<Integer> widths = TableText.widths(rows, Integer.MAX_VALUE);
        out.println(TableText.line(COLUMNS, widths));
        for (int i = 0; i < report.nodes().size(); i++) {
            Row row = report.nodes().get(i);
            out.println(TableText.line(rows.get(i + 1), widths));
            WrappedText.print("  -> ", row.conclusion() + "; " + row.reason(), out);
            if (!row.words().isEmpty()) {
                WrappedText.print("  !  ", "the kubelet: " + row.words(), out);
            }
        }
        if (!report.skipped().isEmpty()) {
            out.println();
            report.skipped().forEach((node, why) -> WrappedText.print("not asked: ", node + ": " + why, out));
        }
    }

    /** @param left the node of each canary pod that could not be removed, by its name */
    public static void writeLeft(Map<String, String> left, PrintWriter out) {
        if (!left.isEmpty()) {
            out.println();
        }
        left.forEach((pod, node) -> WrappedText.print(
                "not removed: ", "pod " + pod + " on node " + node + "; the next run tries again", out));
    }

    private static List<String> cells(Row row) {
        String catalogue = row.confidence() == null
                ? "-"
                : row.confidence() + (row.builds().isEmpty() ? "" : " " + Wording.list(row.builds(), 1));
        return List.of(
                Wording.clean(row.node()),
                Wording.clean(row.runtime()),
                row.exec().word(),
                first(row),
                catalogue);
    }

    /** The pods are looked at every two seconds. */
    private static String first(Row row) {
        Double seconds = row.firstSuccessSeconds();
        if (seconds == null) {
            return "-";
        }
        return seconds < 2 ? "< 2 s" : String.format(Locale.ROOT, "%.0f s", seconds);
    }
}
