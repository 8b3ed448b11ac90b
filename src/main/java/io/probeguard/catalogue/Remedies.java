package io.probeguard.catalogue;

import io.probeguard.catalogue.Aliases.Distribution;
import io.probeguard.catalogue.Aliases.Release;
import io.probeguard.catalogue.Aliases.SaidBy;
import io.probeguard.catalogue.Aliases.Shipped;
import io.probeguard.catalogue.NodeInfo.ContainerRuntime;
import io.probeguard.catalogue.VersionRange.Scheme;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * To which release a node is to be updated: the first above its own that no entry flags, nor anything later of its line, so
 * that "or later" holds; of the node's own line where there is one. Releases are those that entries name as fixed.
 */
record Remedies(Catalogue catalogue) {
    /** The two numbers that name a line of releases. */
    private static final String LINE = "^(\\d+\\.\\d+)\\b.*";

    /** An entry whose remedy is that for an installed package; as it is where no release is known. */
    CatalogueEntry forPackage(CatalogueEntry entry, PackageVersion installed) {
        Scheme scheme = installed.scheme();
        if (scheme != Scheme.RPM && scheme != Scheme.DEB) {
            return entry;
        }
        String component = Aliases.BUILT_IN.component(installed.name());
        Stream<String> releases = releases(component)
                .filter(release -> Aliases.BUILT_IN
                        .alias(installed.name())
                        .map(alias -> alias.wasReleased(release))
                        .orElse(true))
                .map(Aliases::packaged);
        return specific(
                entry, installed.name(), next(scheme, installed.version(), releases, flagged(scheme, component)));
    }

    /** The same for what comes with something else. */
    CatalogueEntry forShipped(CatalogueEntry entry, Shipped shipped) {
        Distribution distribution = shipped.distribution();
        if (distribution == null) {
            return entry;
        }
        Stream<String> releases = distribution.releases().stream()
                .filter(release -> !isFlagged(release))
                .map(Release::from);
        Optional<Next> next = next(Scheme.DEB, shipped.version(), releases, List.of());
        return specific(
                entry,
                distribution.name(),
                distribution.by() == SaidBy.LABEL ? next.map(each -> new Next(each.release, null)) : next);
    }

    /** The same for the runtime that a node reports, or for its kubelet. */
    CatalogueEntry forNode(CatalogueEntry entry, NodeInfo info) {
        ContainerRuntime runtime = info.runtime();
        String component = entry.component();
        String present = component.equals("kubelet")
                ? info.kubelet()
                : runtime != null && runtime.name().equals(component) ? runtime.version() : null;
        return present == null
                ? entry
                : specific(entry, component, next(Scheme.SEMVER, present, releases(component), reported(component)));
    }

    /** @param otherThan the line that has none; null where it is of the same line */
    private record Next(String release, @Nullable String otherThan) {}

    private static CatalogueEntry specific(CatalogueEntry entry, String what, Optional<Next> next) {
        return entry.isHealedByUpdate()
                ? next.map(each -> CatalogueEntry.update(what, each.release)
                                + (each.otherThan == null ? "" : ": no later " + each.otherThan + " is good"))
                        .filter(CatalogueEntry::isRemedy)
                        .map(entry::withRemedy)
                        .orElse(entry)
                : entry;
    }

    private static Optional<Next> next(
            Scheme scheme, String present, Stream<String> releases, List<VersionRange> flagged) {
        if (!scheme.isVersion(present)) {
            return Optional.empty();
        }
        List<String> later = releases.filter(scheme::isVersion)
                .filter(release -> scheme.compare(release, present) > 0 && isGood(scheme, release, flagged))
                .sorted(scheme::compare)
                .toList();
        String line = line(present);
        return later.stream()
                .filter(release -> line(release).equals(line))
                .findFirst()
                .map(release -> new Next(release, null))
                .or(() -> later.stream().findFirst().map(release -> new Next(release, line)));
    }

    private static boolean isGood(Scheme scheme, String release, List<VersionRange> flagged) {
        String line = line(release);
        return flagged.stream()
                .noneMatch(range -> range.contains(release)
                        || range.bounds().stream()
                                .anyMatch(bound -> line(bound).equals(line) && scheme.compare(bound, release) > 0));
    }

    private static String line(String version) {
        return version.replaceFirst(LINE, "$1");
    }

    private Stream<String> releases(String component) {
        return ofComponent(component)
                .flatMap(entry -> entry.releases().stream())
                .distinct();
    }

    private Stream<CatalogueEntry> ofComponent(String component) {
        return catalogue.entries().stream()
                .filter(entry -> Aliases.BUILT_IN.component(entry.component()).equals(component));
    }

    private Stream<AffectedVersion> flagging(String component) {
        return ofComponent(component).filter(CatalogueEntry::flags).flatMap(entry -> entry.affected().stream());
    }

    /** Which packages of a component any entry flags, on whatever node. */
    private List<VersionRange> flagged(Scheme scheme, String component) {
        return flagging(component)
                .filter(affected -> affected.isOf(scheme))
                .map(AffectedVersion::versions)
                .toList();
    }

    /** The same of what nodes report of a runtime or of their kubelet. */
    private List<VersionRange> reported(String component) {
        return component.equals("kubelet")
                ? flagging(component)
                        .map(AffectedVersion::where)
                        .filter(Objects::nonNull)
                        .map(NodeConstraint::kubelet)
                        .filter(Objects::nonNull)
                        .toList()
                : flagging(component)
                        .filter(affected -> affected.isReportOf(component))
                        .map(AffectedVersion::versions)
                        .toList();
    }

    private boolean isFlagged(Release release) {
        return Stream.of(
                        Optional.ofNullable(release.containerd())
                                .map(version -> Aliases.release("containerd", version)),
                        Optional.ofNullable(release.runc()).map(version -> Aliases.release("runc", version)))
                .flatMap(Optional::stream)
                .anyMatch(each -> catalogue.entries().stream().anyMatch(entry -> entry.isFlaggedBy(each)));
    }
}
