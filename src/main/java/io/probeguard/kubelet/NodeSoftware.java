package io.probeguard.kubelet;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What runs the pods of a node, as far as it matters to them.
 *
 * @param kubelet as the node says it, for people to read
 * @param runtime as the node says it, for people to read
 */
public record NodeSoftware(String kubelet, String runtime, KubeletVersion version, ContainerRuntime family) {
    private static final Pattern CRIO = Pattern.compile("(?i)cri-o://v?(\\d{1,4})\\.(\\d{1,4})\\.(\\d{1,4})");
    private static final Pattern CONTAINERD = Pattern.compile("(?i)containerd://v?(\\d{1,4})\\.(\\d{1,4})");

    /** The newest that was asked what it does. */
    public static final NodeSoftware NEWEST = of(KubeletVersion.NEWEST, ContainerRuntime.NEWEST);
    /** The newest with Docker that was asked: its dockershim has not changed in between. */
    public static final NodeSoftware NEWEST_DOCKER = of("v1.20.2", "docker://20.10.24");

    /** @throws IllegalArgumentException where one of them cannot be read */
    public static NodeSoftware of(String kubelet, String runtime) {
        return new NodeSoftware(kubelet, runtime, KubeletVersion.parse(kubelet), ContainerRuntime.parse(runtime));
    }

    boolean is(Rule rule) {
        return rule.holds(this);
    }

    boolean isContainerdBefore(int major, int minor) {
        Matcher version = CONTAINERD.matcher(runtime);
        if (!version.lookingAt()) {
            return false;
        }
        int itsMajor = Integer.parseInt(version.group(1));
        return itsMajor < major || (itsMajor == major && Integer.parseInt(version.group(2)) < minor);
    }

    boolean isGkeBefore(int minor) {
        return kubelet.contains("-gke.") && !version.isAtLeast(minor);
    }

    /** Whether it is a CRI-O that answers an exec that timed out as one that failed. */
    boolean isCrioWithTimeouts() {
        Matcher crio = CRIO.matcher(runtime);
        if (!crio.lookingAt()) {
            return false;
        }
        int minor = Integer.parseInt(crio.group(2));
        int patch = Integer.parseInt(crio.group(3));
        return Integer.parseInt(crio.group(1)) > 1
                || minor >= 18
                || (minor == 17 && patch >= 1)
                || (minor == 16 && patch >= 3);
    }

    public boolean isDocker() {
        return family == ContainerRuntime.DOCKER;
    }

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
}
