package io.probeguard.console;

import java.util.List;

/**
 * All that is known of one workload.
 *
 * @param groups its pods, those judged alike together
 */
record WorkloadPage(Layout layout, ReviewState review, List<WorkloadRow> groups) {
    static WorkloadPage of(ReviewState review, List<WorkloadRow> groups) {
        return new WorkloadPage(new Layout(groups.get(0).view().name(), "workload"), review, groups);
    }
}
