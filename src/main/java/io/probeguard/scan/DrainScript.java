package io.probeguard.scan;

import io.probeguard.scan.DrainPlan.Step;
import io.probeguard.text.Wording;
import java.io.PrintWriter;
import java.util.stream.Collectors;

/**
 * A {@link DrainPlan} as a shell script, to be read first. It overrides nothing: kubectl evicts, which keeps budgets
 * (https://kubernetes.io/docs/tasks/administer-cluster/safely-drain-node/), and what kubectl refuses ends the script.
 */
public final class DrainScript {
    private static final String HEAD = """
            #!/bin/sh
            # Drains nodes on which exec is broken, in the cluster of kubectl's current context. Read it before you run it.
            # kubectl evicts no pod that a PodDisruptionBudget holds back: it tries again until the timeout, and the script
            # ends there. It also refuses nodes with pods that have no controller, or that keep data in emptyDir volumes;
            # where that data may be lost, add --delete-emptydir-data below.
            set -eu

            """;

    private static final String DRAIN = """
            drain() {
              echo "draining $1" >&2
              kubectl drain "$1" --ignore-daemonsets --timeout=15m || {
                echo "$1 is cordoned, but not drained; the nodes after it are only cordoned" >&2
                exit 1
              }
            }

            """;

    private DrainScript() {}

    /** Writes the script; one that only says why, and fails, where there is no node to which pods could move. */
    public static void write(ScanReport report, PrintWriter out) {
        DrainPlan plan = report.drainPlan();
        out.print(HEAD);
        if (plan.steps().isEmpty()) {
            out.println("echo 'no node has to be drained' >&2");
            return;
        }
        if (plan.otherNodes() == 0) {
            out.println("echo " + quoted(DrainPlanText.NO_OTHER_NODE) + " >&2");
            out.println("exit 1");
            return;
        }
        out.print(DRAIN);
        if (!plan.knowsBudgets()) {
            comment(DrainPlanText.BUDGETS_NOT_READ, out);
        }
        out.println("# Now, so that no evicted pod moves to a node that is drained later.");
        out.println("kubectl cordon "
                + plan.steps().stream().map(step -> quoted(step.node())).collect(Collectors.joining(" ")));
        int number = 0;
        for (Step step : plan.steps()) {
            number++;
            out.println();
            comment(number + ". " + DrainPlanText.summary(step), out);
            DrainPlanText.remarks(step).forEach(remark -> comment(remark, out));
            out.println("drain " + quoted(step.node()));
            comment("Then: " + DrainPlanText.remedy(step), out);
            comment("  kubectl uncordon " + quoted(step.node()), out);
        }
    }

    private static void comment(String text, PrintWriter out) {
        out.println("# " + Wording.clean(text));
    }

    /** For a shell; without control characters, so that nothing can end a line. */
    private static String quoted(String text) {
        return "'" + Wording.clean(text).replace("'", "'\\''") + "'";
    }
}
