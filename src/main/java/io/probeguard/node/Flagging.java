package io.probeguard.node;

import io.probeguard.node.Flag.Source;
import io.probeguard.node.Flag.Strength;
import io.probeguard.node.NodeFacts.Condition;
import io.probeguard.runtime.Affected;
import io.probeguard.runtime.Catalogue;
import io.probeguard.runtime.Catalogue.Match;
import io.probeguard.runtime.CatalogueEntry;
import io.probeguard.runtime.PackageVersion;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a node is flagged.
 *
 * <p>The strongest source that says anything decides alone: the admin's label, the condition, the packages, nodeInfo. So
 * a label {@code healthy} clears a node whatever the rest says, and a list of packages that names a good release of the
 * very package clears a suspicion that nodeInfo raises.
 */
final class Flagging {
    private static final Comparator<CatalogueEntry> WORST_FIRST = Comparator.comparing(CatalogueEntry::effect);

    private final Catalogue catalogue;

    Flagging(Catalogue catalogue) {
        this.catalogue = catalogue;
    }

    /** The node's flag; null where it has none. */
    @Nullable
    Flag flag(NodeFacts node) {
        String word = node.labels().get(NodeFacts.EXEC_LABEL);
        if ("healthy".equals(word)) {
            return null;
        }
        if ("broken".equals(word)) {
            return confirmed(Source.LABEL, build(node.build()), "label " + NodeFacts.EXEC_LABEL + "=broken");
        }
        Condition condition = node.execBroken();
        if (condition != null && condition.isTrue()) {
            return confirmed(
                    Source.CONDITION,
                    build(condition.reason()),
                    "condition " + NodeFacts.CONDITION + ", reason " + condition.reason());
        }
        List<PackageVersion> packages = node.packages() == null ? List.of() : PackageVersion.parseList(node.packages());
        Flag byPackages = byPackages(packages);
        return byPackages != null ? byPackages : byNodeInfo(node, packages);
    }

    private List<CatalogueEntry> build(@Nullable String id) {
        return Optional.ofNullable(id).flatMap(catalogue::byId).map(List::of).orElse(List.of());
    }

    private @Nullable Flag byPackages(List<PackageVersion> packages) {
        List<CatalogueEntry> builds = new ArrayList<>();
        List<String> seen = new ArrayList<>();
        for (PackageVersion installed : packages) {
            List<CatalogueEntry> broken = catalogue.flagging(installed);
            if (!broken.isEmpty()) {
                builds.addAll(broken);
                seen.add(installed.toString());
            }
        }
        return builds.isEmpty() ? null : confirmed(Source.PACKAGES, builds, "package " + String.join(", ", seen));
    }

    private @Nullable Flag byNodeInfo(NodeFacts node, List<PackageVersion> packages) {
        List<Match> matches = catalogue.flagging(node.info()).stream()
                .filter(Predicate.not(match -> clearedBy(packages, match)))
                .toList();
        List<Match> sure = matches.stream().filter(Match::isSure).toList();
        String runtime = node.info().containerRuntimeVersion();
        if (!sure.isEmpty()) {
            return confirmed(Source.NODE_INFO, entries(sure), "runtime " + runtime);
        }
        if (matches.isEmpty()) {
            return null;
        }
        String settledBy = matches.get(0).affected().settledBy();
        return new Flag(
                Strength.SUSPECTED,
                Source.NODE_INFO,
                worstFirst(entries(matches)),
                "runtime " + runtime + " may be that build"
                        + (settledBy == null ? " or hold a fix" : "; on the node \"" + settledBy + "\" would tell"));
    }

    /** A suspicion about a package is settled when the package is listed and its release is a good one. */
    private static boolean clearedBy(List<PackageVersion> packages, Match match) {
        Set<String> listed = packages.stream().map(PackageVersion::name).collect(Collectors.toSet());
        return !match.isSure()
                && match.entry().affected().stream()
                        .anyMatch(
                                affected -> affected.by() != Affected.By.NODE_INFO && listed.contains(affected.name()));
    }

    private static List<CatalogueEntry> entries(List<Match> matches) {
        return matches.stream().map(Match::entry).toList();
    }

    private static Flag confirmed(Source source, List<CatalogueEntry> builds, String reason) {
        return new Flag(Strength.CONFIRMED, source, worstFirst(builds), reason);
    }

    private static List<CatalogueEntry> worstFirst(List<CatalogueEntry> builds) {
        return builds.stream().distinct().sorted(WORST_FIRST).toList();
    }
}
