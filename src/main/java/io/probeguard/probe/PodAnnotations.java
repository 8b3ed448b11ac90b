package io.probeguard.probe;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * The annotations of a pod that mean something to probe-guard.
 *
 * @param skip the pod opts out; the value is the reason
 * @param rewritten what a mutating review changed, as it wrote it; users can write it too
 * @param mirror set by the kubelet on the API server's copy of a static pod, which nothing can change any more
 */
public record PodAnnotations(
        @JsonProperty(PodAnnotations.SKIP) @Nullable String skip,
        @JsonProperty(PodAnnotations.REWRITTEN) @Nullable String rewritten,

        @JsonProperty("kubernetes.io/config.mirror") @Nullable
        String mirror) {

    public static final String SKIP = "probe-guard.io/skip";
    public static final String REWRITTEN = "probe-guard.io/rewritten";
    public static final PodAnnotations NONE = new PodAnnotations(null, null, null);
}
