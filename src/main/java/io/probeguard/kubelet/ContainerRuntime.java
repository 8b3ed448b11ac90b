package io.probeguard.kubelet;

import java.util.Locale;

/** How a kubelet talks to containers, which decides what it hears of an exec that goes wrong. */
public enum ContainerRuntime {
    /** Docker through the kubelet's own dockershim, up to Kubernetes 1.23; through cri-dockerd, the same code, since. */
    DOCKER,
    /** containerd, CRI-O and whatever else speaks CRI itself. */
    CRI;

    /** What the newest kubelet was asked over. */
    public static final String NEWEST = "containerd://2.2.9";

    /**
     * Reads {@code containerRuntimeVersion} of a node's status.
     *
     * @throws IllegalArgumentException where it names no runtime
     */
    public static ContainerRuntime parse(String text) {
        int end = text.indexOf("://");
        if (end <= 0) {
            throw new IllegalArgumentException("invalid container runtime \"" + text
                    + "\"; expected a value like a node's containerRuntimeVersion: " + NEWEST
                    + ", cri-o://1.31.2 or docker://20.10.24");
        }
        return text.substring(0, end).toLowerCase(Locale.ROOT).equals("docker") ? DOCKER : CRI;
    }
}
