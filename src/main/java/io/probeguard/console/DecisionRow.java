package io.probeguard.console;

import io.probeguard.policy.Words;
import io.probeguard.report.Moment;
import io.probeguard.report.Recent.Told;
import java.util.Objects;

/** A decision in a list. */
record DecisionRow(Told told) {
    Moment last() {
        return Moment.of(told.last());
    }

    String namespace() {
        return Words.clean(Objects.requireNonNullElse(told.decision().namespace(), ""));
    }

    String kind() {
        return Words.clean(told.decision().workload().kind());
    }

    String name() {
        return Words.clean(told.decision().workload().name());
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
