package io.probeguard.node;

import io.probeguard.catalogue.AffectedVersion;
import io.probeguard.catalogue.Catalogue;
import io.probeguard.catalogue.Catalogue.Implied;
import io.probeguard.catalogue.Catalogue.Match;
import io.probeguard.catalogue.CatalogueEntry;
import io.probeguard.catalogue.Effect;
import io.probeguard.catalogue.PackageVersion;
import io.probeguard.node.Flag.Source;
import io.probeguard.node.Flag.Strength;
import io.probeguard.node.NodeFacts.Condition;
import io.probeguard.text.Wording;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a node is flagged, from what all sources say of it. They count in this order, and the first that says
 * something decides:
 *
 * <ol>
 *   <li>the admin's label, which also clears a node whatever the rest says
 *   <li>the condition of node-problem-detector
 *   <li>a canary for which exec is broken
 *   <li>packages, and then nodeInfo, that identify a broken build
 *   <li>the counts of probes, and then Events, that show failed execs
 *   <li>a canary for which exec works: it clears the suspicions that follow, but for builds which break exec for some
 *       images only
 *   <li>packages, and then nodeInfo, that may be a broken build
 * </ol>
 *
 * <p>A list of packages with a good release of the same package clears a suspicion from nodeInfo.
 */
final class Flagging {
    private static final Comparator<CatalogueEntry> WORST_FIRST = Comparator.comparing(CatalogueEntry::effect);

    private static final int MAX_NAME_LENGTH = 128;

    private final Catalogue catalogue;

    Flagging(Catalogue catalogue) {
        this.catalogue = catalogue;
    }

    Verdict judge(NodeFacts node, Evidence evidence) {
        Hearing hearing = new Hearing();
        String word = node.labels().get(NodeFacts.EXEC_LABEL);
        if ("healthy".equals(word)) {
            hearing.clear(Source.LABEL, null, "label " + NodeFacts.EXEC_LABEL + "=healthy");
        } else if ("broken".equals(word)) {
            hearing.hear(
                    confirmed(Source.LABEL, build(node.build()), null, "label " + NodeFacts.EXEC_LABEL + "=broken"));
        }
        Condition condition = node.execBroken();
        if (condition != null && condition.isTrue() && !catalogue.disabled().contains(condition.reason())) {
            hearing.hear(confirmed(
                    Source.CONDITION,
                    build(condition.reason()),
                    condition.since(),
                    "condition " + NodeFacts.CONDITION + ", reason " + condition.reason()));
        }
        if (!node.info().isWindows()) { // what follows is about runc on Linux
            hear(node, evidence, hearing);
        }
        return hearing.verdict();
    }

    private void hear(NodeFacts node, Evidence evidence, Hearing hearing) {
        List<PackageVersion> packages = node.packages() == null ? List.of() : PackageVersion.parseList(node.packages());
        List<Flag> byVersions = Stream.of(byPackages(node, packages), byNodeInfo(node, packages))
                .filter(Objects::nonNull)
                .toList();
        CanaryEvidence canary = evidence.canary();
        if (canary != null && canary.effect() != null) {
            hearing.hear(byCanary(canary, canary.effect(), byVersions));
        }
        byVersions.stream().filter(Flag::isConfirmed).forEach(hearing::hear);
        if (evidence.counts() != null) {
            hearing.hear(byCounts(evidence.counts()));
        }
        if (evidence.symptoms() != null) {
            hearing.hear(bySymptoms(node, evidence.symptoms()));
        }
        Predicate<CatalogueEntry> isCleared = build -> false;
        if (canary != null && canary.works()) {
            hearing.note(Statement.works(Source.CANARY, canary.since(), canary.reason()));
            isCleared = build -> canary.anyImage() || !build.dependsOnImage();
        }
        for (Flag flag : byVersions) {
            if (!flag.isConfirmed()) {
                hearing.hear(flag, isCleared);
            }
        }
    }

    /** Collects what sources say, in the order in which they count. */
    private static final class Hearing {
        private final List<Statement> statements = new ArrayList<>();
        private @Nullable Flag flag;
        private boolean isDecided;

        void hear(Flag said) {
            note(Statement.of(said));
            decide(said);
        }

        /** A suspicion of which only the builds that are not cleared are left. */
        void hear(Flag said, Predicate<CatalogueEntry> isCleared) {
            note(Statement.of(said));
            List<CatalogueEntry> left =
                    said.builds().stream().filter(isCleared.negate()).toList();
            if (!left.isEmpty()) {
                decide(Flag.ofBuilds(said.strength(), said.source(), left, said.since(), said.reason()));
            }
        }

        void clear(Source source, @Nullable Instant since, String reason) {
            note(Statement.works(source, since, reason));
            isDecided = true;
        }

        void note(Statement statement) {
            statements.add(statement);
        }

        private void decide(Flag said) {
            flag = isDecided ? flag : said;
            isDecided = true;
        }

        Verdict verdict() {
            return statements.isEmpty() ? Verdict.NOTHING_KNOWN : new Verdict(flag, List.copyOf(statements));
        }
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

    /** The builds that the versions match explain it, be they sure or not. */
    private static Flag byCanary(CanaryEvidence canary, Effect effect, List<Flag> byVersions) {
        List<CatalogueEntry> builds = worstFirst(
                byVersions.stream().flatMap(flag -> flag.builds().stream()).toList());
        return new Flag(Strength.CONFIRMED, Source.CANARY, builds, effect, canary.since(), canary.reason());
    }

    private static Flag byCounts(Observation seen) {
        return new Flag(
                Strength.OBSERVED,
                Source.PROMETHEUS,
                List.of(),
                seen.effect(),
                seen.since(),
                "Prometheus, of " + seen.workloads().size() + " different workloads (" + names(seen.workloads()) + "): "
                        + String.join(", ", seen.symptoms()));
    }

    private static String names(List<String> workloads) {
        return workloads.stream()
                .map(name -> Wording.truncate(Wording.clean(name), MAX_NAME_LENGTH)) // Events can name any
                .collect(Collectors.joining(", "));
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
                        + names(observed.workloads())
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
