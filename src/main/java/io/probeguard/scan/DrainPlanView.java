package io.probeguard.scan;

import java.util.ArrayList;
import java.util.List;

/** What a page shows of a {@link DrainPlan}; the template {@code drain.mustache} decides how it looks. */
public record DrainPlanView(DrainPlan plan) {
    /**
     * A table.
     *
     * @param rows not empty
     */
    public record Table(String caption, List<String> columns, List<Row> rows) {}

    /** The cell that names what a row is about, and what is before and after it. */
    public record Row(List<Cell> cells) {}

    public record Cell(String column, String text, boolean isName) {}

    public boolean hasSteps() {
        return !plan.steps().isEmpty();
    }

    public List<Table> tables() {
        List<Table> tables = new ArrayList<>();
        add(
                tables,
                "Nodes, in the order in which to drain them",
                "Node",
                DrainPlanText.COLUMNS,
                DrainPlanText.rows(plan));
        add(tables, "By pool, the most harmed first", "Pool", DrainPlanText.POOL_COLUMNS, DrainPlanText.poolRows(plan));
        return tables;
    }

    private static void add(
            List<Table> tables, String caption, String name, List<String> columns, List<List<String>> rows) {
        if (!rows.isEmpty()) {
            tables.add(new Table(
                    caption,
                    columns,
                    rows.stream().map(row -> row(name, columns, row)).toList()));
        }
    }

    private static Row row(String name, List<String> columns, List<String> texts) {
        List<Cell> cells = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            cells.add(new Cell(columns.get(i), texts.get(i), columns.get(i).equals(name)));
        }
        return new Row(cells);
    }

    public List<String> notes() {
        return DrainPlanText.notes(plan);
    }
}
