package io.probeguard.kubelet;

import io.probeguard.probe.PodSpec;

/** A pod on a node whose exec is faulty, from the pod's start; equal for pods that differ only in where they may run. */
public record Situation(PodSpec pod, NodeSoftware node, ExecFault fault) {
    public Situation {
        pod = pod.anywhere();
    }
}
