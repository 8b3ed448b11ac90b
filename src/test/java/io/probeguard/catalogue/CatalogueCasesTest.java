package io.probeguard.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import io.probeguard.catalogue.AffectedVersion.By;
import io.probeguard.catalogue.Catalogue.Match;
import io.probeguard.catalogue.NodeInfo.ContainerRuntime;
import io.probeguard.catalogue.VersionRange.Scheme;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The table {@code catalogue-cases.csv}: what every entry matches, and that the table has both sides of every bound. */
@TestInstance(Lifecycle.PER_CLASS)
class CatalogueCasesTest {
    private final Catalogue catalogue = Catalogue.builtIn();
    private final List<Case> cases = cases();

    /** @param installed null where nodeInfo is all that is known */
    record Case(String entry, @Nullable PackageVersion installed, NodeInfo info, String match) {
        static Case of(String line) {
            String[] field = Stream.of(line.split("\\|", -1)).map(String::strip).toArray(String[]::new);
            return new Case(
                    field[0],
                    field[1].isEmpty() ? null : PackageVersion.parse(field[1]),
                    new NodeInfo(
                            field[2],
                            field[5],
                            field[4],
                            field[3],
                            field[6].isEmpty() ? null : Integer.valueOf(field[6])),
                    field[7]);
        }

        List<Match> matching(Catalogue catalogue) {
            return installed == null
                    ? catalogue.matching(info, any -> true)
                    : catalogue.matching(installed, info, any -> true);
        }

        /** Whether it is about the same package or runtime, whatever the version. */
        boolean isAbout(AffectedVersion affected) {
            ContainerRuntime runtime = info.runtime();
            return installed != null
                    ? affected.isAbout(installed)
                    : affected.by() == By.NODE_INFO
                            && runtime != null
                            && affected.name().equals(runtime.name());
        }

        boolean isMatchedBy(AffectedVersion affected) {
            return installed != null ? affected.matches(installed, info) : affected.matches(info.runtime(), info);
        }

        String version() {
            return installed != null ? installed.version() : runtime().version();
        }

        String revision() {
            return installed != null ? installed.version() : runtime().revision();
        }

        private ContainerRuntime runtime() {
            return Objects.requireNonNull(info.runtime(), "a case is about a package or a runtime");
        }
    }

    static List<Case> cases() {
        try (InputStream in = CatalogueCasesTest.class.getResourceAsStream("catalogue-cases.csv")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .skip(1)
                    .map(Case::of)
                    .toList();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    List<Case> everyCase() {
        return cases;
    }

    List<CatalogueEntry> everyEntry() {
        return catalogue.entries();
    }

    @ParameterizedTest
    @MethodSource("everyCase")
    void matches(Case each) {
        assertThat(catalogue.byId(each.entry)).as("an entry of that id").isPresent();
        String found = each.matching(catalogue).stream()
                .filter(match -> match.entry().id().equals(each.entry))
                .map(match -> match.isSure() ? "sure" : "suspected")
                .findFirst()
                .orElse("no");
        assertThat(found).isEqualTo(each.match);
    }

    @ParameterizedTest
    @MethodSource("everyEntry")
    void thereAreCasesOnBothSidesOfEveryBound(CatalogueEntry entry) {
        List<Case> ofEntry =
                cases.stream().filter(each -> each.entry.equals(entry.id())).toList();
        assertThat(ofEntry).as("cases that do not match").anyMatch(each -> each.match.equals("no"));
        for (AffectedVersion affected : entry.affected()) {
            List<Case> about =
                    ofEntry.stream().filter(each -> each.isAbout(affected)).toList();
            assertThat(about).as("cases that match " + affected).anyMatch(each -> each.isMatchedBy(affected));
            Scheme scheme = scheme(affected.by());
            checkBounds(affected.versions(), scheme, about, Case::version);
            if (affected.release() != null) {
                checkBothWays(about, each -> each.revision().contains(affected.release()), "release");
            }
            if (affected.where() != null) {
                checkBounds(affected.where(), about);
            }
        }
    }

    private static void checkBounds(NodeConstraint where, List<Case> about) {
        checkBounds(where.runtimeVersions(), Scheme.SEMVER, about, each -> runtimeVersion(each, where.runtime()));
        checkBounds(where.kubelet(), Scheme.SEMVER, about, each -> each.info.kubelet());
        checkBounds(
                where.kernel(),
                Scheme.SEMVER,
                about,
                each -> where.el7Kernel() != null && each.info.hasEl7Kernel() ? null : each.info.kernel());
        checkBounds(
                where.el7Kernel(),
                Scheme.RPM,
                about,
                each -> each.info.hasEl7Kernel() ? each.info.kernelVersion() : null);
        if (where.runtime() != null) {
            checkBothWays(about, each -> runtimeVersion(each, where.runtime()) != null, "runtime");
        }
        if (where.os() != null) {
            checkBothWays(about, each -> each.info.isEl7(), "os");
        }
        if (where.osImage() != null) {
            checkBothWays(about, each -> each.info.osImage().contains(where.osImage()), "osImage");
        }
        if (where.kubeletBuild() != null) {
            checkBothWays(about, each -> each.info.kubeletVersion().contains(where.kubeletBuild()), "kubeletBuild");
        }
        Integer cpus = where.cpus();
        if (cpus != null) {
            checkBothWays(about, each -> cpus.equals(each.info.cpus()), "cpus");
        }
    }

    private static @Nullable String runtimeVersion(Case each, @Nullable String name) {
        ContainerRuntime runtime = each.info.runtime();
        return runtime != null && runtime.name().equals(name) ? runtime.version() : null;
    }

    private static Scheme scheme(By by) {
        return switch (by) {
            case RPM -> Scheme.RPM;
            case DEB -> Scheme.DEB;
            case GO_VERSION -> Scheme.GO;
            case BUILD_TIME -> Scheme.BUILD_TIME;
            case NODE_INFO -> Scheme.SEMVER;
        };
    }

    private static void checkBothWays(List<Case> about, Predicate<Case> holds, String condition) {
        assertThat(about).as(condition + " holds").anyMatch(holds);
        assertThat(about).as(condition + " does not hold").anyMatch(holds.negate());
    }

    /** In the order of the versions, being in the range must change as often as the range has bounds. */
    private static void checkBounds(
            @Nullable VersionRange range, Scheme scheme, List<Case> about, Function<Case, @Nullable String> version) {
        if (range == null) {
            return;
        }
        List<Boolean> within = about.stream()
                .map(version)
                .filter(Objects::nonNull)
                .distinct()
                .sorted(scheme::compare)
                .map(range::contains)
                .toList();
        List<Boolean> changes = new ArrayList<>();
        for (Boolean is : within) {
            if (changes.isEmpty() || !changes.get(changes.size() - 1).equals(is)) {
                changes.add(is);
            }
        }
        assertThat(changes.size() - 1)
                .as("bounds of " + range + " that cases lie on both sides of")
                .isEqualTo(bounds(range));
    }

    private static int bounds(VersionRange range) {
        return Stream.of(range.toString().split("\\|", -1))
                .mapToInt(part -> part.equals("*") ? 0 : part.startsWith("<") || part.startsWith(">") ? 1 : 2)
                .sum();
    }
}
