package io.probeguard.output;

import java.util.ArrayList;
import java.util.List;

/** Rows of cells below each other, for people. */
final class TableText {
    private TableText() {}

    /**
     * How wide each column is.
     *
     * @param maxWidth longer cells do not count
     */
    static List<Integer> widths(List<List<String>> rows, int maxWidth) {
        List<Integer> widths = new ArrayList<>();
        for (int column = 0; column < rows.get(0).size(); column++) {
            int at = column;
            widths.add(rows.stream()
                    .mapToInt(row -> row.get(at).length())
                    .filter(length -> length <= maxWidth)
                    .max()
                    .orElse(1));
        }
        return widths;
    }

    static String line(List<String> cells, List<Integer> widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < cells.size(); i++) {
            line.append(String.format("%-" + widths.get(i) + "s  ", cells.get(i)));
        }
        return line.toString().stripTrailing();
    }
}
