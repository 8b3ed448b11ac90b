package io.probeguard.cluster;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.Set;

/**
 * A PodDisruptionBudget that holds back the eviction of pods now, and with it {@code kubectl drain}.
 *
 * @param pods the names of those it selects; no report repeats them
 * @param currentHealthy how many of them are Ready
 * @param desiredHealthy how many of them must be
 * @param evictsUnready whether its unhealthyPodEvictionPolicy is AlwaysAllow
 */
public record DisruptionBudget(
        String namespace,
        String name,
        @JsonIgnore Set<String> pods,
        int currentHealthy,
        int desiredHealthy,
        boolean evictsUnready) {

    /**
     * Whether the API server refuses to evict a pod: one that is Ready in any case; one that is not while too few are
     * Ready, unless the budget always allows that
     * (https://kubernetes.io/docs/tasks/run-application/configure-pdb/#unhealthy-pod-eviction-policy).
     */
    public boolean holdsBack(String pod, boolean ready) {
        return pods.contains(pod) && (ready || (!evictsUnready && currentHealthy < desiredHealthy));
    }
}
