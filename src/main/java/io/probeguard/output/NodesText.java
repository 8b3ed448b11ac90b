package io.probeguard.output;

import io.probeguard.scan.NodesReport;
import io.probeguard.scan.NodesReport.Node;
import io.probeguard.text.Wording;
import io.probeguard.text.WrappedText;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Tables of nodes: one that fits a terminal, and one with all details. */
public final class NodesText {
    private static final List<String> COLUMNS = List.of("NODE", "EXEC", "CONFIDENCE", "BUILD", "SOURCE");
    private static final List<String> WIDE_COLUMNS = List.of(
            "NODE",
            "EXEC",
            "CONFIDENCE",
            "BUILD",
            "SOURCE",
            "RUNTIME",
            "OS IMAGE",
            "KERNEL",
            "KUBELET",
            "EVIDENCE",
            "REASON",
            "WHAT TO DO");
    /** Leaves space for the other columns; a longer name gets a line of its own. */
    private static final int MAX_NAME_LENGTH = 34;

    private NodesText() {}

    /** What to do is printed once, below consecutive nodes for which it is the same. */
    public static void write(NodesReport report, PrintWriter out) {
        List<List<String>> rows = new ArrayList<>(List.of(COLUMNS));
        report.nodes().forEach(node -> rows.add(cells(node)));
        List<Integer> widths = TableText.widths(rows, MAX_NAME_LENGTH);
        out.println(TableText.line(COLUMNS, widths));
        List<Node> nodes = report.nodes();
        for (int i = 0; i < nodes.size(); i++) {
            List<String> cells = rows.get(i + 1);
            if (cells.get(0).length() > MAX_NAME_LENGTH) {
                out.println(cells.get(0));
                cells.set(0, "");
            }
            out.println(TableText.line(cells, widths));
            nodes.get(i).ignored().forEach(ignored -> WrappedText.print("  !  ", ignored, out));
            String whatToDo = nodes.get(i).whatToDo();
            boolean lastOfGroup = i == nodes.size() - 1
                    || !Objects.equals(whatToDo, nodes.get(i + 1).whatToDo());
            if (whatToDo != null && lastOfGroup) {
                WrappedText.print("  -> ", whatToDo, out);
            }
        }
        out.println();
        out.println(report.summary().sentence());
    }

    /** One line for each node, of any length. */
    public static void writeWide(NodesReport report, PrintWriter out) {
        List<List<String>> rows = new ArrayList<>(List.of(WIDE_COLUMNS));
        for (Node node : report.nodes()) {
            List<String> cells = cells(node);
            cells.set(3, node.builds().isEmpty() ? "-" : String.join(", ", node.builds()));
            cells.addAll(List.of(
                    cell(node.runtime()),
                    cell(node.osImage()),
                    cell(node.kernel()),
                    cell(node.kubelet()),
                    cell(evidence(node)),
                    cell(reasonAndIgnored(node)),
                    cell(node.whatToDo())));
            rows.add(cells);
        }
        List<Integer> widths = TableText.widths(rows, Integer.MAX_VALUE);
        rows.forEach(row -> out.println(TableText.line(row, widths)));
    }

    /** {@code canary: works, node-info: suspected}. */
    private static String evidence(Node node) {
        return node.evidence().stream()
                .map(each -> each.source().word() + ": "
                        + (each.strength() == null ? "works" : each.strength().word()))
                .collect(Collectors.joining(", "));
    }

    private static String reasonAndIgnored(Node node) {
        return Stream.concat(Stream.ofNullable(node.reason()), node.ignored().stream())
                .collect(Collectors.joining("; "));
    }

    private static List<String> cells(Node node) {
        int more = node.builds().size() - 1;
        String builds = node.builds().isEmpty() ? "-" : node.builds().get(0) + (more > 0 ? " +" + more : "");
        return new ArrayList<>(List.of(
                cell(node.name()),
                node.effect() == null ? "-" : node.effect().phrase(),
                cell(node.confidence()),
                builds,
                cell(node.source())));
    }

    private static String cell(@Nullable String text) {
        return text == null || text.isEmpty() ? "-" : Wording.clean(text);
    }
}
