package io.probeguard.scan;

import io.probeguard.scan.ScanReport.ScannedPod;
import io.probeguard.scan.ScanReport.ScannedWorkload;
import io.probeguard.text.Wording;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** In which node pools the pods on flagged nodes are. */
public final class PoolText {
    private PoolText() {}

    /** {@code  (general 2, spot 1)}, with a space before it; empty where no label names a pool. */
    public static String of(ScannedWorkload workload) {
        Map<String, Long> pools = workload.pods().stream()
                .filter(ScannedPod::onFlaggedNode)
                .collect(Collectors.groupingBy(
                        pod -> Objects.requireNonNullElse(pod.pool(), ""), TreeMap::new, Collectors.counting()));
        Long without = pools.remove("");
        return pools.isEmpty()
                ? ""
                : pools.entrySet().stream()
                        .map(pool -> Wording.clean(pool.getKey()) + " " + pool.getValue())
                        .collect(Collectors.joining(", ", " (", without == null ? ")" : ", no pool " + without + ")"));
    }
}
