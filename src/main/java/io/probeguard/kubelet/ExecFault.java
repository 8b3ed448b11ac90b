package io.probeguard.kubelet;

/**
 * How exec misbehaves, as the kubelet sees it.
 *
 * @param result what one faulty call gives
 * @param always whether every call is faulty, rather than some
 */
public record ExecFault(Result result, boolean always) {

    /**
     * What the kubelet gets from one faulty exec call. The dockershim turns every failure into an exit code; containerd
     * and CRI-O report an error, which the kubelet discards (pkg/kubelet/prober/worker.go, kubernetes/kubernetes
     * issues 74732 and 106682).
     */
    public enum Result {
        /** An exit code: the probe failed, and that counts. */
        FAILURE,
        /** An error: the result is discarded as if there had been no probe. */
        ERROR,
        /** Nothing until the timeout, which counts as a failure (kubelet 1.20 and later). */
        TIMEOUT,
        /** Nothing until the timeout, which is discarded (kubelet before 1.20 with containerd or CRI-O). */
        TIMEOUT_DISCARDED,
        /** Nothing, ever: the timeout is not applied (kubelet before 1.20 with the dockershim). */
        NEVER_RETURNS;

        boolean counts() {
            return this == FAILURE || this == TIMEOUT;
        }

        boolean hangs() {
            return this == TIMEOUT || this == TIMEOUT_DISCARDED || this == NEVER_RETURNS;
        }
    }
}
