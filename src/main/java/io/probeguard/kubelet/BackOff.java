package io.probeguard.kubelet;

/**
 * How long a container waits before it is started again (client-go, util/flowcontrol/backoff.go; kuberuntime_manager.go,
 * doBackOff; kubelet.go, HandlePodCleanups): 10 s, doubled with each restart up to 300 s, counted from the last exit that
 * the sync knows of, and forgotten 600 s after the last restart.
 */
final class BackOff {
    private static final double FIRST = 10;
    private static final double MAX = 300;
    private static final double FORGOTTEN = 600;

    private double wait;
    private double lastStart = Double.NEGATIVE_INFINITY;

    /** When the wait after an exit ends. */
    double end(double exit, double now) {
        return now - lastStart > FORGOTTEN ? exit : exit + wait;
    }

    /** The container is started again. */
    void next(double now) {
        wait = now - lastStart > FORGOTTEN ? FIRST : Math.min(2 * wait, MAX);
        lastStart = now;
    }
}
