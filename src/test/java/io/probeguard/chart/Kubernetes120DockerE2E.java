package io.probeguard.chart;

/** Kubernetes 1.20.2 on Docker 20.10, as the seed's nodes are. */
class Kubernetes120DockerE2E extends RealNodes {
    Kubernetes120DockerE2E() {
        super("1.20.2", "docker");
    }
}
