package io.probeguard.console;

import io.probeguard.background.BackgroundReview.Pass;
import io.probeguard.decision.RecentDecisions.CountedDecision;
import io.probeguard.probe.Workload.Identity;
import io.probeguard.scan.Timestamp;
import io.probeguard.text.Wording;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A decision in a list.
 *
 * @param entry the decision, with how often and when it was made
 * @param href the page of its workload; null where there is none
 */
record DecisionRow(CountedDecision entry, @Nullable String href) {
    DecisionRow(CountedDecision entry) {
        this(entry, null);
    }

    /** The same with a link to its workload, if that is among those of the latest review. */
    DecisionRow linkedTo(@Nullable Pass pass) {
        Identity workload = entry.decision().workload();
        String namespace = Objects.requireNonNullElse(entry.decision().namespace(), "");
        return WorkloadRow.of(pass, namespace, workload.kind(), workload.name()).stream()
                .findFirst()
                .map(row -> new DecisionRow(entry, row.href()))
                .orElse(this);
    }

    Timestamp last() {
        return Timestamp.of(entry.last());
    }

    String namespace() {
        return Wording.clean(Objects.requireNonNullElse(entry.decision().namespace(), ""));
    }

    String kind() {
        return Wording.clean(entry.decision().workload().kind());
    }

    String name() {
        return Wording.clean(entry.decision().workload().name());
    }

    String outcome() {
        return entry.decision().outcome().word();
    }

    String builds() {
        return String.join(", ", entry.decision().builds());
    }

    int count() {
        return entry.count();
    }
}
