package io.probeguard.console;

import io.probeguard.background.BackgroundReview.Pass;
import io.probeguard.decision.RecentDecisions.Told;
import io.probeguard.probe.Workload.Identity;
import io.probeguard.scan.Timestamp;
import io.probeguard.text.Wording;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A decision in a list.
 *
 * @param href what else is known of its workload; null where nothing is
 */
record DecisionRow(Told told, @Nullable String href) {
    DecisionRow(Told told) {
        this(told, null);
    }

    /** The same with a link to its workload, if that is among those of the last review. */
    DecisionRow linkedTo(@Nullable Pass pass) {
        Identity workload = told.decision().workload();
        String namespace = Objects.requireNonNullElse(told.decision().namespace(), "");
        return WorkloadRow.of(pass, namespace, workload.kind(), workload.name()).stream()
                .findFirst()
                .map(row -> new DecisionRow(told, row.href()))
                .orElse(this);
    }

    Timestamp last() {
        return Timestamp.of(told.last());
    }

    String namespace() {
        return Wording.clean(Objects.requireNonNullElse(told.decision().namespace(), ""));
    }

    String kind() {
        return Wording.clean(told.decision().workload().kind());
    }

    String name() {
        return Wording.clean(told.decision().workload().name());
    }

    String outcome() {
        return told.decision().outcome().word();
    }

    String builds() {
        return String.join(", ", told.decision().builds());
    }

    int count() {
        return told.count();
    }
}
