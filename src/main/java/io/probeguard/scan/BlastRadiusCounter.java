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
 * Counts what a policy does to running pods once they are made anew.
 *
 * @param <W> by what a workload is known
 */
final class BlastRadiusCounter<W> {
    private final Map<Fate, Tally<W>> fates = new HashMap<>();
    private final Map<W, Help> help = new HashMap<>();

    /** What the policy does to a pod when it is made anew. */
    private enum Fate {
        REFUSED,
        RELAXED,
        /** Led away from flagged nodes, and for that reason not relaxed. */
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

    /** Whether longer timing helps where it is given. */
    private enum Help {
        YES,
        MAYBE,
        NO
    }

    /** @param anew the judgement on a pod of the workload as it is made anew, which meets a flagged node */
    void add(W workload, Review anew) {
        fates.computeIfAbsent(fate(anew), fate -> new Tally<>()).add(workload);
        if (anew.action() != Action.DENY && anew.findings().stream().anyMatch(BlastRadiusCounter::relaxes)) {
            help.merge(workload, help(anew), (a, b) -> a == b ? a : Help.MAYBE);
        }
    }

    /** Whether timing is to be relaxed that is not yet. */
    static boolean relaxes(Finding finding) {
        return finding.action() == Action.REWRITE && !finding.rewritten();
    }

    private static Fate fate(Review anew) {
        return switch (anew.action()) {
            case DENY -> Fate.REFUSED;
            case REWRITE -> {
                if (anew.findings().stream().anyMatch(BlastRadiusCounter::relaxes)) {
                    yield Fate.RELAXED;
                }
                yield anew.steering() == null ? Fate.ALREADY_RELAXED : Fate.STEERED;
            }
            case WARN -> Fate.WARNED;
            case NONE -> Fate.LEFT_ALONE;
        };
    }

    private static Help help(Review anew) {
        List<FlaggedNodes> met = anew.findings().stream()
                .filter(BlastRadiusCounter::relaxes)
                .map(Finding::nodes)
                .toList();
        Predicate<CatalogueEntry> helps = CatalogueEntry::timingHelps;
        if (met.stream().allMatch(nodes -> isAll(nodes, helps))) {
            return Help.YES;
        }
        return met.stream().allMatch(nodes -> isAll(nodes, helps.negate())) ? Help.NO : Help.MAYBE;
    }

    /** Whether every build is of a kind, and every node's build is known. */
    private static boolean isAll(FlaggedNodes nodes, Predicate<CatalogueEntry> kind) {
        return nodes.builds().stream().allMatch(kind)
                && nodes.nodes().stream().noneMatch(node -> node.flag().builds().isEmpty());
    }

    /** What was counted so far. */
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
