package io.probeguard.evidence;

import io.probeguard.node.CanaryEvidence;
import io.probeguard.node.Evidence;
import io.probeguard.node.Observation;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is seen of the nodes of the live cluster, besides Events: by canary pods, and by Prometheus. */
public final class LiveEvidence implements AutoCloseable {
    private final @Nullable CanaryWatch canaries;
    private final @Nullable PrometheusWatch counts;

    /** Starts to watch; null for what is not watched. */
    public LiveEvidence(@Nullable CanaryWatch canaries, @Nullable PrometheusWatch counts) {
        this.canaries = canaries;
        this.counts = counts;
    }

    /** By name of the node; never blocks. */
    public Map<String, Evidence> latest() {
        Map<String, CanaryEvidence> byCanaries = canaries == null ? Map.of() : canaries.latest();
        Map<String, Observation> byCounts = counts == null ? Map.of() : counts.latest();
        Map<String, Evidence> evidence = new HashMap<>();
        byCanaries.forEach((node, canary) -> evidence.put(node, new Evidence(canary, byCounts.get(node), null)));
        byCounts.forEach((node, seen) -> evidence.putIfAbsent(node, new Evidence(null, seen, null)));
        return evidence;
    }

    @Override
    public void close() {
        if (canaries != null) {
            canaries.close();
        }
        if (counts != null) {
            counts.close();
        }
    }
}
