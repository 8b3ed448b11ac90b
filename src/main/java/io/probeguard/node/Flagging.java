package io.probeguard.node;

import io.probeguard.catalogue.AffectedVersion;
import io.probeguard.catalogue.Catalogue;
import io.probeguard.catalogue.Catalogue.Implied;
import io.probeguard.catalogue.Catalogue.Match;
import io.probeguard.catalogue.CatalogueEntry;
import io.probeguard.catalogue.PackageVersion;
import io.probeguard.node.Flag.Source;
import io.probeguard.node.Flag.Strength;
import io.probeguard.node.NodeFacts.Condition;
import io.probeguard.text.Wording;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a node is flagged.
 *
 * <p>The strongest source with an answer decides alone: the admin's label, the condition, the packages, nodeInfo, the
 * symptoms; but observed symptoms are stronger than a suspicion. So a label {@code healthy} clears a node whatever the rest
 * says, and a list of packages with a good release of the same package clears a suspicion from nodeInfo.
 */
final class Flagging {
    private static final Comparator<CatalogueEntry> WORST_FIRST = Comparator.comparing(CatalogueEntry::effect);

    private static final int MAX_NAME_LENGTH = 128;

    private final Catalogue catalogue;

    Flagging(Catalogue catalogue) {
        this.catalogue = catalogue;
    }

    /**
     * The node's flag; null where it has none.
     *
     * @param observed symptoms on it; null where there are none
     */
    @Nullable
    Flag flag(NodeFacts node, @Nullable Observation observed) {
        String word = node.labels().get(NodeFacts.EXEC_LABEL);
        if ("healthy".equals(word)) {
            return null;
        }
        if ("broken".equals(word)) {
            return confirmed(Source.LABEL, build(node.build()), null, "label " + NodeFacts.EXEC_LABEL + "=broken");
        }
        Condition condition = node.execBroken();
        if (condition != null && condition.isTrue() && !catalogue.disabled().contains(condition.reason())) {
            return confirmed(
                    Source.CONDITION,
                    build(condition.reason()),
                    condition.since(),
                    "condition " + NodeFacts.CONDITION + ", reason " + condition.reason());
        }
        if (node.info().isWindows()) {
            return null; // what follows is about runc on Linux
        }
        List<PackageVersion> packages = node.packages() == null ? List.of() : PackageVersion.parseList(node.packages());
        Flag byPackages = byPackages(node, packages);
        if (byPackages != null && byPackages.isConfirmed()) {
            return byPackages;
        }
        Flag byNodeInfo = byNodeInfo(node, packages);
        if (observed != null && (byNodeInfo == null || !byNodeInfo.isConfirmed())) {
            return bySymptoms(node, observed);
        }
        return byPackages == null || (byNodeInfo != null && byNodeInfo.isConfirmed()) ? byNodeInfo : byPackages;
    }

    private List<CatalogueEntry> build(@Nullable String id) {
        return Optional.ofNullable(id).flatMap(catalogue::byId).map(List::of).orElse(List.of());
    }

    private @Nullable Flag byPackages(NodeFacts node, List<PackageVersion> packages) {
        List<Match> matches = new ArrayList<>();
        List<String> sure = new ArrayList<>();
        List<String> suspect = new ArrayList<>();
        for (PackageVersion installed : packages) {
            List<Match> broken = catalogue.flagging(installed, node.info());
            matches.addAll(broken);
            if (!broken.isEmpty()) {
                (broken.stream().anyMatch(Match::isSure) ? sure : suspect).add(catalogue.named(installed));
            }
            for (Implied bundled : catalogue.bundled(installed, node.info())) {
                matches.addAll(bundled.matches());
                (bundled.isSure() ? sure : suspect).add(bundled.how());
            }
        }
        if (matches.isEmpty()) {
            return null;
        }
        List<Match> confirmed = matches.stream().filter(Match::isSure).toList();
        return confirmed.isEmpty()
                ? suspected(Source.PACKAGES, matches, "package " + String.join(", ", suspect))
                : confirmed(Source.PACKAGES, entries(confirmed), null, "package " + String.join(", ", sure));
    }

    private @Nullable Flag byNodeInfo(NodeFacts node, List<PackageVersion> packages) {
        List<Implied> shipped = catalogue.shipped(node.info(), node.labels()).stream()
                .filter(each -> packages.stream().noneMatch(each::isAbout))
                .toList();
        List<Match> matches = Stream.concat(
                        shipped.stream().flatMap(each -> each.matches().stream()),
                        catalogue.flagging(node.info()).stream())
                .filter(Predicate.not(match -> clearedBy(packages, match)))
                .toList();
        List<Match> sure = matches.stream().filter(Match::isSure).toList();
        String runtime = shipped.isEmpty()
                ? "runtime " + node.info().containerRuntimeVersion()
                : shipped.stream().map(Implied::how).collect(Collectors.joining(", "));
        if (!sure.isEmpty()) {
            return confirmed(Source.NODE_INFO, entries(sure), null, runtime);
        }
        return matches.isEmpty() ? null : suspected(Source.NODE_INFO, matches, runtime);
    }

    /** A suspicion about a package is settled when the package is listed and its release is a good one. */
    private static boolean clearedBy(List<PackageVersion> packages, Match match) {
        return !match.isSure()
                && match.entry().affected().stream()
                        .anyMatch(affected -> packages.stream().anyMatch(affected::isRuledOutBy));
    }

    private static Flag suspected(Source source, List<Match> matches, String what) {
        String settledBy = matches.get(0).affected().settledBy();
        return Flag.ofBuilds(
                Strength.SUSPECTED,
                source,
                worstFirst(entries(matches)),
                null,
                what + " may be that build"
                        + (settledBy == null
                                ? " or have the fix"
                                : "; run \"" + settledBy + "\" on the node to check"));
    }

    private static List<CatalogueEntry> entries(List<Match> matches) {
        return matches.stream().map(Match::entry).toList();
    }

    private Flag bySymptoms(NodeFacts node, Observation observed) {
        CatalogueEntry seen = observed.build();
        CatalogueEntry build = seen == null || isContradicted(seen, node) ? null : seen;
        return new Flag(
                Strength.OBSERVED,
                Source.SYMPTOMS,
                build == null ? List.of() : List.of(build),
                build == null ? observed.effect() : build.effect(),
                observed.since(),
                "Events report exec failures of " + observed.workloads().size() + " different workloads ("
                        + observed.workloads().stream()
                                .map(name ->
                                        Wording.truncate(Wording.clean(name), MAX_NAME_LENGTH)) // Events can name any
                                .collect(Collectors.joining(", "))
                        + "): "
                        + observed.symptoms().stream()
                                .map(symptom -> "\"" + symptom.strip() + "\"")
                                .collect(Collectors.joining(", "))
                        + (node.trouble() == null
                                ? ""
                                : "; condition " + Wording.truncate(Wording.clean(node.trouble()), MAX_NAME_LENGTH)));
    }

    /** Whether what the node reports would show the build, and does not. */
    private boolean isContradicted(CatalogueEntry build, NodeFacts node) {
        return build.affected().stream().anyMatch(affected -> affected.by() == AffectedVersion.By.NODE_INFO)
                && catalogue.flagging(node.info()).stream()
                        .noneMatch(match -> match.entry().id().equals(build.id()));
    }

    private static Flag confirmed(Source source, List<CatalogueEntry> builds, @Nullable Instant since, String reason) {
        return Flag.ofBuilds(Strength.CONFIRMED, source, worstFirst(builds), since, reason);
    }

    private static List<CatalogueEntry> worstFirst(List<CatalogueEntry> builds) {
        return CatalogueEntry.distinct(builds.stream()).stream()
                .sorted(WORST_FIRST)
                .toList();
    }
}
