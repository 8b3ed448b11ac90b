package io.probeguard.evidence;

import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What canary pods are made of, for tests of other rooms. */
public final class CanaryPodSpec {
    private CanaryPodSpec() {}

    /** Of the pod whose containers are probed, by default. */
    public static JsonNode ofProbes() {
        CanarySettings settings = new CanarySettings(
                CanarySettings.PAUSE_IMAGE, CanarySettings.PAUSE_VERSION, null, Duration.ofMinutes(9));
        return JsonMapper.shared()
                .readTree(Serialization.asJson(CanaryPod.probes("node-1", settings)))
                .path("spec");
    }
}
