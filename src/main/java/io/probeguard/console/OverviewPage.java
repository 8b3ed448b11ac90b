package io.probeguard.console;

import io.probeguard.background.BackgroundReview.Pass;
import io.probeguard.decision.Decision.Outcome;
import io.probeguard.decision.RecentDecisions;
import io.probeguard.node.Flag.Strength;
import io.probeguard.node.FlaggedNodes.Node;
import io.probeguard.node.Fleet;
import io.probeguard.scan.ScanReport.ScannedWorkload;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The state at a glance.
 *
 * @param workloads the first few affected workloads
 * @param decisions the latest few decisions
 */
record OverviewPage(
        Layout layout,
        String mode,
        boolean suspended,
        List<Tile> tiles,
        HistoryChart history,
        Few<WorkloadRow> workloads,
        Few<DecisionRow> decisions,
        ReviewState review) {
    private static final int FEW = 5;

    /** The first few items of a list, named as in {@link Paged}. */
    record Few<T>(List<T> items) {}

    /** One number, and the page with its details. */
    record Tile(String label, String number, String detail, String href) {}

    static OverviewPage of(ConsoleData source, Instant now) {
        Pass pass = source.reviewed();
        RecentDecisions recent = RecentDecisions.merged(source.decisions().values());
        return new OverviewPage(
                Layout.of(source, "Overview", Layout.HOME),
                source.policy().mode().toString(),
                source.isSuspended(),
                tiles(source.fleet(), pass, recent.totals()),
                HistoryChart.of(recent.history(), now),
                new Few<>(WorkloadRow.all(pass).limit(FEW).toList()),
                new Few<>(recent.decisions().stream()
                        .limit(FEW)
                        .map(entry -> new DecisionRow(entry).linkedTo(pass))
                        .toList()),
                ReviewState.of(source, pass));
    }

    boolean hasWorkloads() {
        return !workloads.items().isEmpty();
    }

    boolean hasDecisions() {
        return !decisions.items().isEmpty();
    }

    private static List<Tile> tiles(Fleet fleet, @Nullable Pass pass, Map<Outcome, Integer> totals) {
        List<Tile> tiles = new ArrayList<>(List.of(flagged(fleet), affected(pass)));
        totals.forEach((outcome, count) -> tiles.add(decided(outcome, count)));
        return tiles;
    }

    private static Tile flagged(Fleet fleet) {
        List<Node> flagged = fleet.flagged();
        long observed = count(flagged, Strength.OBSERVED);
        return new Tile(
                "Flagged nodes",
                String.valueOf(count(flagged, Strength.CONFIRMED)),
                "of " + fleet.size() + "; " + (observed == 0 ? "" : observed + " observed, ")
                        + count(flagged, Strength.SUSPECTED) + " suspected",
                "nodes");
    }

    private static long count(List<Node> flagged, Strength strength) {
        return flagged.stream()
                .filter(node -> node.flag().strength() == strength)
                .count();
    }

    /** Workloads that the policy acts on; the others are left alone, or on nodes that are only suspected. */
    static Tile affected(@Nullable Pass pass) {
        if (pass == null) {
            return new Tile("Affected workloads", "?", "not reviewed", "workloads");
        }
        List<ScannedWorkload> all = pass.report().workloads();
        List<ScannedWorkload> affected =
                all.stream().filter(each -> !each.review().acted().isEmpty()).toList();
        long others = workloads(all.stream()) - workloads(affected.stream());
        return new Tile(
                "Affected workloads",
                String.valueOf(workloads(affected.stream())),
                workloads(affected.stream().filter(each -> each.onFlagged() > 0)) + " on flagged nodes now"
                        + (others == 0 ? "" : "; " + others + " more without action"),
                "workloads");
    }

    /** Counts each once: a workload whose pods are judged differently has several entries. */
    private static long workloads(Stream<ScannedWorkload> entries) {
        return entries.map(each -> Arrays.asList(each.namespace(), each.owner()))
                .distinct()
                .count();
    }

    private static Tile decided(Outcome outcome, int count) {
        String word = outcome.word();
        return new Tile(
                word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1),
                String.valueOf(count),
                switch (outcome) {
                    case REWRITTEN -> "pods relaxed or steered in the last day";
                    case WARNED -> "allowed with a warning in the last day";
                    case DENIED -> "refused in the last day, including retries";
                    case SKIPPED -> "left alone in the last day";
                },
                "decisions");
    }
}
