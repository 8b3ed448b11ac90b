package io.probeguard.console;

import io.probeguard.background.BackgroundReview.Pass;
import io.probeguard.decision.RecentDecisions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What was decided of late.
 *
 * @param replicas those that have told
 */
record DecisionsPage(
        Layout layout, List<WorkloadFilter.Choice> choices, Paged<DecisionRow> rows, List<Replica> replicas) {

    record Replica(String name, int count) {}

    static DecisionsPage of(ConsoleData source, WorkloadFilter filter) {
        Pass pass = source.reviewed();
        Map<String, RecentDecisions> told = source.decisions();
        List<DecisionRow> all = RecentDecisions.together(told.values()).decisions().stream()
                .map(DecisionRow::new)
                .toList();
        List<DecisionRow> shown = all.stream()
                .filter(row -> filter.admits(
                        row.namespace(), row.kind(), row.told().decision().builds()))
                .toList();
        return new DecisionsPage(
                Layout.of(source, "Decisions", "decisions"),
                filter.choices(
                        all.stream().map(DecisionRow::namespace),
                        all.stream().map(DecisionRow::kind),
                        all.stream().flatMap(row -> row.told().decision().builds().stream())),
                Paged.of(shown, filter.page(), row -> row.linkedTo(pass), page -> "decisions" + filter.query(page)),
                new TreeMap<>(told)
                        .entrySet().stream()
                                .map(each -> new Replica(
                                        each.getKey(),
                                        each.getValue().decisions().size()))
                                .toList());
    }
}
