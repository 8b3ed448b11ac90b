package io.probeguard.scan;

import io.probeguard.scan.ScanReport.Harm;
import io.probeguard.scan.ScanReport.ScannedWorkload;
import io.probeguard.text.Wording;
import java.time.Instant;
import java.util.Optional;

/** What is seen of the pods of a workload on flagged nodes, in a sentence. */
public final class HarmText {
    private HarmText() {}

    /**
     * {@code predicted and happening: 2 of 3 pods on flagged nodes not Ready since 2026-11-27T10:00:00Z, 41 restarts}; empty
     * where no pod has a status.
     */
    public static Optional<String> of(ScannedWorkload workload) {
        Harm harm = workload.harm();
        if (harm == null) {
            return Optional.empty();
        }
        Instant since = workload.unreadySince();
        return Optional.of(harm.phrase() + ": " + workload.unready() + " of "
                + Wording.count(workload.onFlagged(), "pod") + " on flagged nodes not Ready"
                + (since == null ? "" : " since " + since) + ", " + Wording.count(workload.restarts(), "restart"));
    }
}
