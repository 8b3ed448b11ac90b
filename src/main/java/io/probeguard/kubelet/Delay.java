package io.probeguard.kubelet;

/**
 * How long things take that nobody decides: one row a delay, in seconds, each anything between its bounds. Where the
 * bounds are no constant of the source they are what was observed, with as much again for busier nodes.
 */
enum Delay {
    /** From the pod's arrival on the node to its first container; images are there. */
    SANDBOX(0.3, 2),
    /** From one container's turn to its start. */
    START(0.1, 2),
    /** From an exec to its answer. */
    EXEC(0.02, 0.15),
    /** From SIGTERM or SIGKILL to the end being known. */
    STOP(0.05, 0.4),
    /** From what happens to a container to the kubelet's knowing it (PLEG, genericPlegRelistPeriod 1 s). */
    RELIST(0.05, 1.3),
    /** From the waking of the pod's worker to its work. */
    SYNC(0, 0.1),
    /** From one look at a pod to the next where nothing happens (resyncInterval 60 s, jitter factor 0.5, a tick of 1 s). */
    RESYNC(60, 91),
    /** The same after a failed sync (backOffPeriod 10 s, jitter factor 0.5, a tick of 1 s). */
    RETRY(10, 16),
    /** What is added to the wait for the end of a back-off, of each of its seconds (jitter factor 0.5). */
    RETRY_JITTER(0, 0.5),
    /** The pace at which the kubelet looks for pods that are due (syncLoop, 1 s). */
    TICK(0, 1),
    /** An init container's run; it is taken to end by itself at once. */
    INIT_CONTAINER(0, 2),
    /** From a change of the pod's status to the API server's knowing it. */
    STATUS(0.05, 1.5),
    /** The same through a client that may write five times a second. */
    STATUS_THROTTLED(0.05, 12),
    /** Stopping of the pod's sandbox. */
    STOP_SANDBOX(0.05, 1),
    /** The same over Docker, which waits 10 s for a pause container that does not listen. */
    STOP_SANDBOX_DOCKER(0.05, 14),
    /** From the end of a deleted pod's containers to the end of the pod. */
    DELETED(0.1, 4),
    /** The same where containers must be removed first, by a collector that comes each minute. */
    DELETED_WITH_CONTAINERS(0.3, 95),
    /** From a pod's end or restart to what the Job controller makes of it. */
    JOB(0.05, 3),
    /**
     * From Docker's silence about a container to the node's condition: the first listing ends after 2 min, the second takes
     * longer than the 3 min that are allowed (pleg/generic.go, relistThreshold); other pods that hang shorten it.
     */
    NODE_NOT_READY(180, 320),
    /** From the second at which somebody deletes a pod to the kubelet's hearing of it. */
    DELETE(0, 2),
    /** Whether the end of an exec is told before the next is let in, 0, or after that, 1: they race for one lock. */
    EXEC_END_LOSES(0, 1),
    /** Whether an exec that may be faulty is, 1, or is not, 0; or of the longest delay that it may have, which part. */
    EXEC_IS_FAULTY(0, 1),
    /** How much too early faults begin: whole seconds are counted, from the container's creation. */
    FAULT_TOO_EARLY(0, 2);

    final double min;
    final double max;

    Delay(double min, double max) {
        this.min = min;
        this.max = max;
    }
}
