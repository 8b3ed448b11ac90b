package io.probeguard.evidence;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a canary pod is made from.
 *
 * @param image whose entrypoint keeps running
 * @param command that its probes exec; it must end at once, with exit code 0
 * @param patch what the cluster's pods need besides; null for nothing
 * @param deadline after which the kubelet stops the pod, should nobody be left to remove it
 */
public record CanarySettings(
        String image, List<String> command, @Nullable CanaryPatch patch, Duration deadline) {

    /** On every node there is some version of it, as the kubelet's own sandbox image. */
    public static final String PAUSE_IMAGE = "registry.k8s.io/pause:3.10";

    /**
     * Prints the version and ends, since pause 3.1 (build/pause/CHANGELOG.md of kubernetes/kubernetes, #56762); 3.0
     * ignores its arguments and pauses, which looks like an exec that hangs.
     */
    public static final List<String> PAUSE_VERSION = List.of("/pause", "-v");
}
