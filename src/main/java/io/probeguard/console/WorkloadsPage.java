package io.probeguard.console;

import io.probeguard.background.BackgroundReview.Pass;
import java.util.List;

/** The workloads that are, or could be scheduled, on flagged nodes. */
record WorkloadsPage(Layout layout, ReviewState review, List<WorkloadFilter.Choice> choices, Paged<WorkloadRow> rows) {
    static WorkloadsPage of(ConsoleData source, WorkloadFilter filter) {
        Pass pass = source.reviewed();
        List<WorkloadRow> all = WorkloadRow.all(pass).toList();
        List<WorkloadRow> shown = all.stream()
                .filter(row ->
                        filter.admits(row.namespace(), row.kind(), row.view().builds()))
                .toList();
        return new WorkloadsPage(
                Layout.of(source, "Workloads", "workloads"),
                ReviewState.of(source, pass),
                filter.choices(
                        all.stream().map(WorkloadRow::namespace),
                        all.stream().map(WorkloadRow::kind),
                        all.stream().flatMap(row -> row.view().builds().stream())),
                Paged.of(shown, filter.page(), row -> row, page -> "workloads" + filter.query(page)));
    }
}
