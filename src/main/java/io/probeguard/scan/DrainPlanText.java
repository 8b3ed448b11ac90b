package io.probeguard.scan;

import io.probeguard.cluster.DisruptionBudget;
import io.probeguard.scan.DrainPlan.Pool;
import io.probeguard.scan.DrainPlan.Step;
import io.probeguard.text.Wording;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A {@link DrainPlan} for people: the cells of its tables, and what stands below them. */
public final class DrainPlanText {
    public static final List<String> COLUMNS =
            List.of("#", "Node", "Pool", "Pods to evict", "With exec", "Not Ready", "Restarts", "Held back by");
    public static final List<String> POOL_COLUMNS =
            List.of("Pool", "Nodes", "To drain", "With exec", "Not Ready", "Restarts");

    /** More are only in the script and in JSON. */
    public static final int MAX_STEPS = 50;

    static final String NO_OTHER_NODE = "no other node can take the pods: all that can be scheduled are to be drained;"
            + " add nodes, or update one at a time";
    static final String BUDGETS_NOT_READ =
            "PodDisruptionBudgets were not read: the order is by harm alone, and kubectl may have to wait";
    private static final int MAX_NAMES = 5;
    private static final String NONE = "-";

    private DrainPlanText() {}

    /** The cells of the first {@value #MAX_STEPS} steps. */
    public static List<List<String>> rows(DrainPlan plan) {
        List<List<String>> rows = new ArrayList<>();
        for (Step step : plan.steps().subList(0, Math.min(plan.steps().size(), MAX_STEPS))) {
            rows.add(List.of(
                    String.valueOf(rows.size() + 1),
                    Wording.clean(step.node()),
                    pool(step.pool()),
                    String.valueOf(step.pods()),
                    String.valueOf(step.execPods()),
                    String.valueOf(step.unready()),
                    String.valueOf(step.restarts()),
                    plan.knowsBudgets() ? budgets(step) : "not known"));
        }
        return rows;
    }

    /** The cells of each pool; none where no node has one. */
    public static List<List<String>> poolRows(DrainPlan plan) {
        return plan.pools().stream().allMatch(pool -> pool.name() == null)
                ? List.of()
                : plan.pools().stream().map(DrainPlanText::cells).toList();
    }

    private static List<String> cells(Pool pool) {
        return List.of(
                pool(pool.name()),
                String.valueOf(pool.nodes()),
                String.valueOf(pool.toDrain()),
                String.valueOf(pool.execPods()),
                String.valueOf(pool.unready()),
                String.valueOf(pool.restarts()));
    }

    private static String pool(@Nullable String name) {
        return name == null ? NONE : Wording.clean(name);
    }

    private static String budgets(Step step) {
        return step.heldBackBy().isEmpty()
                ? NONE
                : Wording.list(
                        step.heldBackBy().stream().map(DrainPlanText::name).toList(), MAX_NAMES);
    }

    private static String name(DisruptionBudget budget) {
        return Wording.clean(budget.namespace() + "/" + budget.name());
    }

    /** What else there is to say of the plan, in sentences. */
    public static List<String> notes(DrainPlan plan) {
        List<String> notes = new ArrayList<>();
        if (plan.otherNodes() == 0) {
            notes.add(NO_OTHER_NODE);
        }
        if (!plan.knowsBudgets()) {
            notes.add(BUDGETS_NOT_READ);
        }
        if (plan.steps().size() > MAX_STEPS) {
            notes.add("and " + (plan.steps().size() - MAX_STEPS) + " more nodes; -o json and -o drain have them all");
        }
        plan.steps().stream()
                .limit(MAX_STEPS)
                .flatMap(step -> remarks(step).stream().map(remark -> Wording.clean(step.node()) + ": " + remark))
                .forEach(notes::add);
        return notes;
    }

    /** {@code node-2, pool general: evicts 12 pods; 3 with exec probes or hooks, 2 of them not Ready, 41 restarts}. */
    static String summary(Step step) {
        return step.node() + (step.pool() == null ? "" : ", pool " + step.pool()) + ": evicts "
                + Wording.count(step.pods(), "pod") + "; " + step.execPods() + " with exec probes or hooks, "
                + step.unready() + " of them not Ready, " + Wording.count(step.restarts(), "restart");
    }

    /** What keeps kubectl from draining a node. */
    static List<String> remarks(Step step) {
        List<String> remarks = new ArrayList<>();
        step.heldBackBy().forEach(budget -> remarks.add(DrainText.sentence(budget)));
        if (!step.unmanaged().isEmpty()) {
            remarks.add("kubectl refuses to evict what no controller would create again, so delete it first: "
                    + Wording.list(step.unmanaged(), MAX_NAMES));
        }
        return remarks;
    }

    /** What to do once a node is drained. */
    static String remedy(Step step) {
        return step.remedies().isEmpty()
                ? "find out which build breaks exec there, and replace the node"
                : String.join("; ", step.remedies());
    }
}
