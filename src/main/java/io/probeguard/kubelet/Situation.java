package io.probeguard.kubelet;

import io.probeguard.probe.JobLimits;
import io.probeguard.probe.PodSpec;
import org.jspecify.annotations.Nullable;

/**
 * A pod on a node whose exec is faulty, from the pod's start; equal for pods that differ only in where they may run.
 *
 * @param job of the Job that makes such pods; null for others
 */
public record Situation(PodSpec pod, @Nullable JobLimits job, NodeSoftware node, ExecFault fault) {
    public Situation {
        pod = pod.anywhere();
    }
}
