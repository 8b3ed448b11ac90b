package io.probeguard.kubelet;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What runs the pods of a node, as far as it matters to them.
 *
 * @param kubelet as the node says it, for people to read
 * @param runtime as the node says it, for people to read
 */
public record NodeSoftware(String kubelet, String runtime, KubeletVersion version, ContainerRuntime family) {
    private static final Pattern CONTAINERD = Pattern.compile("(?i)containerd://v?(\\d{1,4})\\.(\\d{1,4})");

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

    boolean isDocker() {
        return family == ContainerRuntime.DOCKER;
    }
}
