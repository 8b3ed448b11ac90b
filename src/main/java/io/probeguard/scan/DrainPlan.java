package io.probeguard.scan;

import io.probeguard.cluster.DisruptionBudget;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * In which order to drain the nodes whose flags the policy acts on: first those of which no PodDisruptionBudget holds back a
 * pod, since pods that become Ready elsewhere may free the budgets of the others; among equals those with most harm.
 *
 * @param pools with such nodes, those with most harm first; one without a name where no label names a pool
 * @param otherNodes how many nodes could take the pods: those that can be scheduled and are not to be drained
 * @param knowsBudgets whether budgets were read
 */
public record DrainPlan(List<Step> steps, List<Pool> pools, int otherNodes, boolean knowsBudgets) {
    /**
     * A node to drain.
     *
     * @param pods how many it evicts: those of DaemonSets and static pods stay
     * @param execPods how many pods of any kind there have exec probes or hooks
     * @param unready how many of those are known not to be Ready
     * @param restarts of those, as far as they are known
     * @param unmanaged those without a controller, as {@code NAMESPACE/NAME}, which {@code kubectl drain} refuses to evict
     * @param heldBackBy budgets that hold back a pod now
     * @param remedies what to do about the node, once it is drained; empty where its build is not known
     */
    public record Step(
            String node,
            @Nullable String pool,
            int pods,
            int execPods,
            int unready,
            int restarts,
            List<String> unmanaged,
            List<DisruptionBudget> heldBackBy,
            List<String> remedies) {}

    /**
     * Nodes that are alike.
     *
     * @param nodes how many it has
     * @param toDrain how many of these are to be drained
     * @param execPods as in {@link Step}, of all of these together
     */
    public record Pool(@Nullable String name, int nodes, int toDrain, int execPods, int unready, int restarts) {}
}
