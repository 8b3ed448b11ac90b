package io.probeguard.chart;

/** Kubernetes 1.37.2 on containerd 2.2: native sidecars and matchConditions. */
class Kubernetes137E2E extends RealNodes {
    Kubernetes137E2E() {
        super("1.37.2", "containerd");
    }
}
