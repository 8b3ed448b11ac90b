package io.probeguard.scan;

import io.probeguard.catalogue.CatalogueEntry;
import io.probeguard.node.FlaggedNodes;
import io.probeguard.policy.Action;
import io.probeguard.policy.Finding;
import io.probeguard.policy.Review;
import io.probeguard.scan.ScanReport.BlastRadius;
import io.probeguard.scan.ScanReport.Share;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Counts what a policy does to running pods when they are recreated.
 *
 * @param <W> identifies a workload
 */
final class BlastRadiusCounter<W> {
    private final Map<Fate, Tally<W>> fates = new HashMap<>();
    private final Map<W, Help> help = new HashMap<>();

    /** What the policy does to a pod when it is recreated. */
    private enum Fate {
        REFUSED,
        RELAXED,
        /** Steered away from flagged nodes, and therefore not relaxed. */
        STEERED,
        ALREADY_RELAXED,
        WARNED,
        LEFT_ALONE
    }

    private static final class Tally<W> {
        private final Set<W> workloads = new HashSet<>();
        private int pods;

        void add(W workload) {
            workloads.add(workload);
            pods++;
        }
    }

    /** Whether longer timing helps a workload that gets it. */
    private enum Help {
        YES,
        MAYBE,
        NO
    }

    /** @param recreated the review of a pod of the workload as it is recreated, which meets a flagged node */
    void add(W workload, Review recreated) {
        fates.computeIfAbsent(fate(recreated), fate -> new Tally<>()).add(workload);
        if (recreated.action() != Action.DENY && recreated.findings().stream().anyMatch(BlastRadiusCounter::relaxes)) {
            help.merge(workload, help(recreated), (a, b) -> a == b ? a : Help.MAYBE);
        }
    }

    /** Whether the policy relaxes timing that is not relaxed yet. */
    static boolean relaxes(Finding finding) {
        return finding.action() == Action.REWRITE && !finding.rewritten();
    }

    private static Fate fate(Review recreated) {
        return switch (recreated.action()) {
            case DENY -> Fate.REFUSED;
            case REWRITE -> {
                if (recreated.findings().stream().anyMatch(BlastRadiusCounter::relaxes)) {
                    yield Fate.RELAXED;
                }
                yield recreated.steering() == null ? Fate.ALREADY_RELAXED : Fate.STEERED;
            }
            case WARN -> Fate.WARNED;
            case NONE, AT_FLOORS -> Fate.LEFT_ALONE;
        };
    }

    private static Help help(Review recreated) {
        List<FlaggedNodes> met = recreated.findings().stream()
                .filter(BlastRadiusCounter::relaxes)
                .map(Finding::nodes)
                .toList();
        Predicate<CatalogueEntry> helps = CatalogueEntry::timingHelps;
        if (met.stream().allMatch(nodes -> isAll(nodes, helps))) {
            return Help.YES;
        }
        return met.stream().allMatch(nodes -> isAll(nodes, helps.negate())) ? Help.NO : Help.MAYBE;
    }

    /** Whether all nodes have known builds, and these all match. */
    private static boolean isAll(FlaggedNodes nodes, Predicate<CatalogueEntry> predicate) {
        return nodes.builds().stream().allMatch(predicate)
                && nodes.nodes().stream().noneMatch(node -> node.flag().builds().isEmpty());
    }

    /** What has been counted so far. */
    BlastRadius radius() {
        return new BlastRadius(
                share(Fate.REFUSED),
                share(Fate.RELAXED),
                count(Help.YES),
                count(Help.NO),
                share(Fate.STEERED),
                share(Fate.ALREADY_RELAXED),
                share(Fate.WARNED),
                share(Fate.LEFT_ALONE));
    }

    private Share share(Fate fate) {
        Tally<W> tally = fates.getOrDefault(fate, new Tally<>());
        return new Share(tally.pods, tally.workloads.size());
    }

    private int count(Help wanted) {
        return (int) help.values().stream().filter(each -> each == wanted).count();
    }
}
