package io.probeguard.console;

import io.probeguard.background.BackgroundReview.Pass;
import io.probeguard.decision.RecentDecisions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the webhook decided recently.
 *
 * @param replicas the replicas whose decisions these are
 */
record DecisionsPage(
        Layout layout, List<WorkloadFilter.Choice> choices, Paged<DecisionRow> rows, List<Replica> replicas) {

    record Replica(String name, int count) {}

    static DecisionsPage of(ConsoleData source, WorkloadFilter filter) {
        Pass pass = source.reviewed();
        Map<String, RecentDecisions> byReplica = source.decisions();
        List<DecisionRow> all = RecentDecisions.merged(byReplica.values()).decisions().stream()
                .map(DecisionRow::new)
                .toList();
        List<DecisionRow> shown = all.stream()
                .filter(row -> filter.admits(
                        row.namespace(), row.kind(), row.entry().decision().builds()))
                .toList();
        return new DecisionsPage(
                Layout.of(source, "Decisions", "decisions"),
                filter.choices(
                        all.stream().map(DecisionRow::namespace),
                        all.stream().map(DecisionRow::kind),
                        all.stream().flatMap(row -> row.entry().decision().builds().stream())),
                Paged.of(shown, filter.page(), row -> row.linkedTo(pass), page -> "decisions" + filter.query(page)),
                new TreeMap<>(byReplica)
                        .entrySet().stream()
                                .map(each -> new Replica(
                                        each.getKey(),
                                        each.getValue().decisions().size()))
                                .toList());
    }
}
