package io.probeguard.scan;

import io.probeguard.cluster.DisruptionBudget;
import io.probeguard.scan.ScanReport.ScannedWorkload;
import io.probeguard.text.Wording;
import java.util.List;

/** What holds back {@code kubectl drain} of flagged nodes, and how to drain them all the same. */
public final class DrainText {
    private DrainText() {}

    /** A sentence for each budget that holds back a pod of the workload. */
    public static List<String> of(ScannedWorkload workload) {
        return workload.budgets().stream().map(DrainText::sentence).toList();
    }

    static String sentence(DisruptionBudget budget) {
        String name = "PodDisruptionBudget " + budget.name() + " holds back a drain: " + budget.currentHealthy()
                + " of " + Wording.count(budget.desiredHealthy(), "desired healthy pod");
        if (budget.currentHealthy() >= budget.desiredHealthy()) {
            return name + "; raise the replicas, or lower the budget, before the drain";
        }
        String delete = "delete those of its pods that are not Ready, since budgets only hold back evictions";
        return budget.evictsUnready()
                ? name + "; pods that are not Ready can be evicted"
                : name + "; " + delete
                        + ", or set its unhealthyPodEvictionPolicy to AlwaysAllow (Kubernetes 1.27 and later)";
    }
}
