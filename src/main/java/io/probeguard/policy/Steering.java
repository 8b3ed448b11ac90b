package io.probeguard.policy;

import io.probeguard.catalogue.CatalogueEntry;
import io.probeguard.node.Candidates;
import io.probeguard.node.FlaggedNodes;
import io.probeguard.probe.Workload;
import io.probeguard.probe.WorkloadKind;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * That a pod is steered away from some of the nodes that could run it, by node affinity.
 *
 * @param how prefer or require
 * @param away the nodes it is steered away from, not empty: exec always fails or hangs on them, as a label will say
 * @param candidates how many nodes could run it, these among them
 */
public record Steering(SteeringMode how, FlaggedNodes away, int candidates) {

    /**
     * What the policy does with the pods of a workload that has exec probes or hooks.
     *
     * @return null where they are left to the scheduler: also where they have their node already, by name or by a
     *     DaemonSet, and where there is no other node
     */
    static @Nullable Steering of(Workload workload, Candidates candidates, Policy policy) {
        if (policy.steer() == SteeringMode.OFF
                || policy.modeFor(workload.namespace()) != Mode.REWRITE
                || hasItsNode(workload)) {
            return null;
        }
        FlaggedNodes away = candidates.unfixable();
        return !away.isEmpty() && away.size() < candidates.count()
                ? new Steering(policy.steer(), away, candidates.count())
                : null;
    }

    private static boolean hasItsNode(Workload workload) {
        String node = workload.pod().nodeName();
        return (node != null && !node.isEmpty()) || workload.kind() == WorkloadKind.DAEMON_SET || workload.isDaemon();
    }

    /** The values of the label that identifies the nodes: the worst build of each. */
    public List<String> builds() {
        return away.nodes().stream()
                .map(node -> node.flag().builds().get(0))
                .map(CatalogueEntry::id)
                .distinct()
                .sorted()
                .toList();
    }
}
