package io.probeguard.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import io.probeguard.catalogue.AffectedVersion.By;
import io.probeguard.text.SourceText;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class RemediesTest {
    private static final Catalogue CATALOGUE = Catalogue.builtIn();
    private static final Pattern UPDATE = Pattern.compile("update (\\S+) to (\\d[^\\s:]*(?:, \\d[^\\s:]*)*) or later");

    private static List<String> remedies(Stream<CatalogueEntry> entries) {
        return entries.map(entry -> entry.id() + ": " + entry.remedy()).toList();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    runc 1.4.0                         | runc-1.4.0-cgroup: update runc to 1.4.1 or later
                    moby-runc 1.4.0-ubuntu22.04u1      | runc-1.4.0-cgroup: update moby-runc to 1.4.1 or later
                    containerd 1.7.14                  | containerd-1.7.14: update containerd to 1.7.22 or later; containerd-exit-lost: update containerd to 1.7.22 or later
                    containerd 1.7.21-0ubuntu1         | containerd-exit-lost: update containerd to 1.7.22 or later
                    containerd 1.6.30                  | containerd-1.6.29: update containerd to 1.6.36 or later; containerd-exit-lost: update containerd to 1.6.36 or later
                    containerd.io 1.6.31-1             | containerd-exit-lost: update containerd.io to 1.7.22 or later: no later 1.6 is good
                    containerd.io-1.7.20-3.1.el9.x86_64 | containerd-exit-lost: update containerd.io to 1.7.22 or later
                    containerd2-2.0.0~rc.3-1.azl3.x86_64 | containerd-exit-lost: update containerd2 to 2.0.0 or later
                    containerd 1.2.12                  | containerd-1.2.12-one-cpu: update containerd to 1.2.13 or later
                    docker-1.13.1-84.git07f3374.el7.centos.x86_64 | docker-el7-1.13.1-84: update docker to 1.13.1-88 or later
                    runc 1.0.0~rc93+ds1-3              | runc-1.0.0-rc93: update runc to 1.0.2 or later
                    """)
    void ofAPackage(String installed, String expected) {
        assertThat(String.join("; ", remedies(CATALOGUE.flagging(PackageVersion.parse(installed)).stream())))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    containerd://1.7.20      | v1.30.4      | Amazon Linux 2023           | containerd-exit-lost: update containerd to 1.7.22 or later
                    containerd://1.6.31      | v1.27.1      | Ubuntu 22.04                | containerd-exit-lost: update containerd to 1.6.36 or later
                    containerd://1.5.9       | v1.21.3      | Ubuntu 20.04                | kubelet-cgroup-freeze: update kubelet to 1.21.5 or later
                    """)
    void ofANode(String runtime, String kubelet, String osImage, String expected) {
        assertThat(remedies(CATALOGUE.flagging(new NodeInfo(runtime, osImage, "", kubelet)).stream()
                        .map(Catalogue.Match::entry)))
                .containsExactly(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    containerd://2.1.5-k3s1 | v1.34.3+k3s1 | Debian GNU/Linux 12       | k3s v1.34.3+k3s1 ships runc 1.4.0   | update k3s to 1.34.6 or later
                    containerd://2.1.5-k3s1 | v1.34.6+k3s1 | Debian GNU/Linux 12       |                                     |
                    containerd://2.1.5-k3s1 | v1.32.11+rke2r1 | SLES 15                | RKE2 v1.32.11+rke2r1 ships runc 1.4.0 | update RKE2 to 1.32.13+rke2r2 or later
                    containerd://1.7.20-k3s1 | v1.31.0+k3s1 | Debian GNU/Linux 12      | k3s v1.31.0+k3s1 ships containerd 1.7.20 | update k3s to 1.31.2 or later
                    containerd://1.7.27     | v1.34.3+k3s1 | Debian GNU/Linux 12       |                                     |
                    containerd://1.6.31+bottlerocket | v1.29.1 | Bottlerocket OS 1.19.4 (aws-k8s-1.29) | Bottlerocket OS 1.19.4 (aws-k8s-1.29) ships containerd 1.6.31 | update Bottlerocket to 1.23.0 or later: no later 1.19 is good
                    containerd://1.7.18     | v1.30.1      | Talos (v1.7.5)            | Talos (v1.7.5) ships containerd 1.7.18 | update Talos to 1.7.7 or later
                    """)
    void ofWhatADistributionShips(String runtime, String kubelet, String osImage, String how, String remedy) {
        var shipped = CATALOGUE.shipped(new NodeInfo(runtime, osImage, "", kubelet), Map.of());
        assertThat(shipped).extracting(Catalogue.Implied::how).isEqualTo(how == null ? List.of() : List.of(how));
        assertThat(shipped.stream()
                        .flatMap(each -> each.matches().stream())
                        .map(match -> match.entry().remedy()))
                .isEqualTo(remedy == null ? List.of() : List.of(remedy));
    }

    private static Catalogue with(String component, String affected, String fixed) {
        return CATALOGUE.with(
                CatalogueFile.read(new SourceText("own.yaml", """
                entries:
                - {id: own, component: %s, summary: s, effect: always-fails, flags: true, timingHelps: false,
                   confidence: high, affected: [{by: nodeInfo, name: acme, versions: "%s"}], fixed: "%s %s", sources: []}
                """.formatted(component, affected, component, fixed))));
    }

    /** A release that somebody wrote in a way of his own is passed over. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    1.7.22+ours, 1.7.23 | update acme to 1.7.23 or later
                    1.7.23, 1.7.x       | update acme to 1.7.23 or later
                    1.8, 2              | update acme to 1.8 or later: no later 1.7 is good
                    1.7.x, 1_8          | update acme to 1.7.x, 1_8 or later
                    """)
    void ofReleasesThatAreNoVersions(String fixed, String expected) {
        NodeInfo node = new NodeInfo("acme://1.7.20", "", "", "");
        assertThat(remedies(
                        with("acme", "<1.7.22", fixed).flagging(node).stream().map(Catalogue.Match::entry)))
                .containsExactly("own: " + expected);
    }

    @Test
    void ofAKubeletWhoseVersionIsNone() {
        NodeInfo node = new NodeInfo("acme://1.7.20", "", "", "v99999999999.1.1");
        assertThat(remedies(
                        with("kubelet", "*", "1.30.1").flagging(node).stream().map(Catalogue.Match::entry)))
                .containsExactly("own: update kubelet to 1.30.1 or later");
    }

    /** What another entry flags is passed over, if it is about the same: of the same kind, and whatever the revision. */
    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '~', textBlock = """
                    rpm      ;                   ; {by: rpm, name: acme, versions: ">=1.7.22|<1.7.24"}                ; 1.7.24
                    rpm      ;                   ; {by: deb, name: acme, versions: ">=1.7.22|<1.7.24"}                ; 1.7.22
                    rpm      ;                   ; {by: rpm, name: acme, versions: ">=1.7.22|<1.7.24", release: .el9} ; 1.7.22
                    nodeInfo ;                   ; {by: nodeInfo, name: acme, versions: ">=1.7.22|<1.7.24"}           ; 1.7.24
                    nodeInfo ;                   ; {by: nodeInfo, name: acme, versions: ">=1.7.22|<1.7.24", release: k3s} ; 1.7.22
                    nodeInfo ;                   ; {by: nodeInfo, name: other, versions: ">=1.7.22|<1.7.24"}          ; 1.7.22
                    nodeInfo ;                   ; {by: rpm, name: acme, versions: ">=1.7.22|<1.7.24"}                ; 1.7.22
                    nodeInfo ; remedy: restart   ; {by: nodeInfo, name: other, versions: "*"}                         ; restart
                    """)
    void ofReleasesThatAreFlaggedThemselves(String by, String remedy, String another, String expected) {
        Catalogue catalogue = CATALOGUE.with(CatalogueFile.read(
                new SourceText("own.yaml", """
                entries:
                - {id: own, component: acme, summary: s, effect: always-fails, flags: true, timingHelps: false,
                   confidence: high, affected: [{by: %s, name: acme, versions: "<1.7.22"}],
                   fixed: "acme 1.7.22, 1.7.24", sources: [], %s}
                - {id: another, component: acme, summary: s, effect: always-fails, flags: true, timingHelps: false,
                   confidence: high, affected: [%s], remedy: r, sources: []}
                """.formatted(by, remedy == null ? "" : remedy, another))));
        List<CatalogueEntry> entries = by.equals("rpm")
                ? catalogue.flagging(PackageVersion.parse("acme-1.7.20-1.el8.x86_64"))
                : catalogue.flagging(new NodeInfo("acme://1.7.20", "", "", "")).stream()
                        .map(Catalogue.Match::entry)
                        .toList();
        assertThat(remedies(entries.stream()))
                .containsExactly("own: " + (remedy == null ? "update acme to " + expected + " or later" : expected));
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '~', textBlock = """
                    where: {kubelet: ">=1.30.2|<1.30.4"} ; 1.30.4
                    where: {kernel: ">=1.30.2|<1.30.4"}  ; 1.30.2
                    """)
    void ofKubeletsThatAreFlaggedThemselves(String where, String expected) {
        Catalogue catalogue = CATALOGUE.with(CatalogueFile.read(new SourceText("own.yaml", """
                entries:
                - {id: own, component: kubelet, summary: s, effect: always-fails, flags: true, timingHelps: false,
                   confidence: high, affected: [{by: nodeInfo, name: acme, versions: "*", where: {kubelet: "<1.30.2"}}],
                   fixed: "kubelet 1.30.2, 1.30.4", sources: []}
                - {id: another, component: kubelet, summary: s, effect: always-fails, flags: true, timingHelps: false,
                   confidence: high, affected: [{by: nodeInfo, name: acme, versions: "*", %s}], remedy: r, sources: []}
                """.formatted(where))));
        assertThat(remedies(catalogue.flagging(new NodeInfo("acme://1.7.20", "", "", "v1.30.1")).stream()
                        .map(Catalogue.Match::entry)))
                .containsExactly("own: update kubelet to " + expected + " or later");
    }

    /** An entry whose remedy differs from node to node has the general one for all of them. */
    @Test
    void ofNodesThatAreToldApart() {
        CatalogueEntry entry = CATALOGUE.byId("containerd-exit-lost").orElseThrow();
        CatalogueEntry one = entry.withRemedy("one");
        assertThat(CatalogueEntry.distinct(Stream.of(one, one))).containsExactly(one);
        assertThat(CatalogueEntry.distinct(Stream.of(one, entry.withRemedy("other"))))
                .extracting(CatalogueEntry::remedy)
                .containsExactly(entry.remedy());
    }

    static List<CatalogueCasesTest.Case> flagged() {
        return CatalogueCasesTest.cases().stream()
                .filter(each -> each.matching(CATALOGUE).stream()
                        .anyMatch(match -> match.entry().flags()))
                .toList();
    }

    /** On each package line and each node of the table of cases. */
    @ParameterizedTest
    @MethodSource("flagged")
    void noRemedyIsFlaggedItself(CatalogueCasesTest.Case each) {
        PackageVersion installed = each.installed();
        List<Catalogue.Match> matches =
                installed == null ? CATALOGUE.flagging(each.info()) : CATALOGUE.flagging(installed, each.info());
        assertThat(matches).isNotEmpty();
        for (Catalogue.Match match : matches) {
            for (String release : releases(match.entry().remedy())) {
                assertThat(flaggedAs(match.entry(), release))
                        .as(match.entry().remedy())
                        .isEmpty();
            }
        }
    }

    static List<CatalogueEntry> entries() {
        return CATALOGUE.entries();
    }

    @ParameterizedTest
    @MethodSource("entries")
    void noRemedyOfAnEntryIsFlaggedItself(CatalogueEntry entry) {
        for (String release : releases(entry.remedy())) {
            assertThat(flaggedAs(entry, release)).as(entry.remedy()).isEmpty();
        }
    }

    private static List<String> releases(String remedy) {
        return UPDATE.matcher(remedy)
                .results()
                .map((MatchResult match) -> match.group(2))
                .flatMap(releases -> Stream.of(releases.split(", ", -1)))
                .toList();
    }

    /** By which entries a release is flagged, in whatever form a node has it. */
    private static String flaggedAs(CatalogueEntry entry, String release) {
        String component = Aliases.BUILT_IN.component(entry.component());
        String version = Aliases.packaged(release);
        Stream<CatalogueEntry> asPackages = Stream.of(By.RPM, By.DEB)
                .flatMap(kind -> CATALOGUE
                        .flagging(PackageVersion.parse(component
                                + (kind == By.RPM ? "-" : " ")
                                + version
                                + (version.contains("-") ? "" : "-1")))
                        .stream());
        Stream<CatalogueEntry> asRuntime = CATALOGUE.entries().stream()
                .filter(each -> each.flags()
                        && Aliases.BUILT_IN.component(each.component()).equals(component))
                .filter(each ->
                        each.affected().stream().anyMatch(affected -> isReported(affected, component, release)));
        return Stream.concat(asPackages, asRuntime).map(CatalogueEntry::id).collect(Collectors.joining(" "));
    }

    /** Whether nodes that report this release of a runtime, or of their kubelet, are flagged, whatever else they are. */
    private static boolean isReported(AffectedVersion affected, String component, String release) {
        NodeConstraint where = affected.where();
        return component.equals("kubelet")
                ? where != null && where.kubelet() != null && where.kubelet().contains(release)
                : affected.by() == By.NODE_INFO
                        && affected.name().equals(component)
                        && affected.release() == null
                        && affected.versions().contains(release);
    }
}
