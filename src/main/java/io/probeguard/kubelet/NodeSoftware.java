package io.probeguard.kubelet;

/**
 * What runs the pods of a node, as far as it matters to them.
 *
 * @param kubelet as the node says it, for people to read
 * @param runtime as the node says it, for people to read
 */
public record NodeSoftware(String kubelet, String runtime, KubeletVersion version, ContainerRuntime family) {
    /** @throws IllegalArgumentException where one of them cannot be read */
    public static NodeSoftware of(String kubelet, String runtime) {
        return new NodeSoftware(kubelet, runtime, KubeletVersion.parse(kubelet), ContainerRuntime.parse(runtime));
    }

    boolean is(Rule rule) {
        return rule.holds(this);
    }

    boolean isDocker() {
        return family == ContainerRuntime.DOCKER;
    }
}
