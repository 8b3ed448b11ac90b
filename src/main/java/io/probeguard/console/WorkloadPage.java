package io.probeguard.console;

import io.probeguard.background.BackgroundReview.Pass;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The details of one workload.
 *
 * @param groups its pods, grouped by their review; empty where it is not among the affected workloads
 */
record WorkloadPage(Layout layout, ReviewState review, List<WorkloadRow> groups) {
    static WorkloadPage of(ConsoleData source, @Nullable Pass pass, List<WorkloadRow> groups) {
        String title = groups.isEmpty()
                ? "No affected workload of this name"
                : groups.get(0).view().name();
        return new WorkloadPage(Layout.of(source, title, "workload"), ReviewState.of(source, pass), groups);
    }

    boolean isEmpty() {
        return groups.isEmpty();
    }
}
