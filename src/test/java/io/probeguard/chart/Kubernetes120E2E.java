package io.probeguard.chart;

/** Kubernetes 1.20.2 on containerd 1.6: no matchConditions, sidecars are ordinary containers, and API servers look for namespaces' labels. */
class Kubernetes120E2E extends RealNodes {
    Kubernetes120E2E() {
        super("1.20.2", "containerd");
    }
}
