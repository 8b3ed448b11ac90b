package io.probeguard.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.probeguard.catalogue.Catalogue;
import io.probeguard.catalogue.CatalogueChanges;
import io.probeguard.catalogue.CatalogueEntry;
import io.probeguard.catalogue.Effect;
import io.probeguard.node.Flag.Source;
import io.probeguard.node.Flag.Strength;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlaggingTest {
    private static Observation observation(Instant since, String build) {
        CatalogueEntry entry = Catalogue.builtIn().byId(build).orElseThrow();
        return new Observation(
                since, entry, entry.effect(), List.of("a/x", "b/y", "c/z"), List.of("OCI runtime exec failed"));
    }

    private static final Flagging FLAGGING = new Flagging(Catalogue.builtIn());

    private static NodeFacts el7(String metadata, String conditions) {
        return Nodes.read("{kind: Node, metadata: {name: n, " + metadata + "}, status: {conditions: [" + conditions
                + "], nodeInfo: {containerRuntimeVersion: 'docker://1.13.1', osImage: CentOS Linux 7 (Core),"
                + " kernelVersion: 3.10.0-957.el7.x86_64, kubeletVersion: v1.13.0}}}");
    }

    private static @Nullable Flag flag(NodeFacts node) {
        return FLAGGING.judge(node, Evidence.NONE).flag();
    }

    private static Flag flagged(NodeFacts node) {
        return Objects.requireNonNull(flag(node), "the node is flagged");
    }

    private static String describe(@Nullable Flag flag) {
        return flag == null
                ? "none"
                : flag.strength() + " by " + flag.source() + ": "
                        + flag.builds().stream().map(CatalogueEntry::id).collect(Collectors.joining(","));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                    ~~                                                                                      | SUSPECTED by NODE_INFO: docker-el7-1.13.1-84
                    labels: {probe-guard.io/exec: broken}                                                   | CONFIRMED by LABEL:
                    labels: {probe-guard.io/exec: broken}, annotations: {probe-guard.io/build: conmon-2.0.23} | CONFIRMED by LABEL: conmon-2.0.23
                    labels: {probe-guard.io/exec: broken}, annotations: {probe-guard.io/build: no-such-build} | CONFIRMED by LABEL:
                    labels: {probe-guard.io/exec: healthy}                                                  | none
                    labels: {probe-guard.io/exec: maybe}                                                    | SUSPECTED by NODE_INFO: docker-el7-1.13.1-84
                    annotations: {probe-guard.io/packages: docker-1.13.1-84.git07f3374.el7.x86_64}          | CONFIRMED by PACKAGES: docker-el7-1.13.1-84
                    annotations: {probe-guard.io/packages: 'runc-1.0-1.el7, docker-1.13.1-84.git07f3374.el7.x86_64'} | CONFIRMED by PACKAGES: docker-el7-1.13.1-84
                    annotations: {probe-guard.io/packages: docker-1.13.1-88.git07f3374.el7.x86_64}          | none
                    annotations: {probe-guard.io/packages: 'something else entirely'}                       | SUSPECTED by NODE_INFO: docker-el7-1.13.1-84
                    labels: {probe-guard.io/exec: healthy}, annotations: {probe-guard.io/packages: docker-1.13.1-84.git07f3374.el7.x86_64} | none
                    annotations: {probe-guard.io/packages: 'docker-1.13.1-84.git07f3374.el7.x86_64,runc-1.0.1-1.el7.x86_64'} | CONFIRMED by PACKAGES: docker-el7-1.13.1-84,runc-1.0.0
                    annotations: {probe-guard.io/packages: conmon-2.0.25-1.el7.x86_64}                      | SUSPECTED by NODE_INFO: docker-el7-1.13.1-84
                    annotations: {probe-guard.io/packages: docker-go-version=go1.10.2}                      | CONFIRMED by PACKAGES: docker-el7-1.13.1-84
                    annotations: {probe-guard.io/packages: docker-go-version=go1.9.4}                       | none
                    annotations: {probe-guard.io/packages: 'docker-build-time=2018-11-30T02:48:45Z'}        | CONFIRMED by PACKAGES: docker-el7-1.13.1-84
                    annotations: {probe-guard.io/packages: 'docker-build-time=2018-12-07T16:13:51Z'}        | SUSPECTED by NODE_INFO: docker-el7-1.13.1-84
                    annotations: {probe-guard.io/packages: runc-1.1.0-1.rhaos4.10.el8.x86_64}               | SUSPECTED by PACKAGES: runc-1.1.0-rhaos4.10-fips
                    annotations: {probe-guard.io/packages: containerd.io-1.4.7-3.1.el7.x86_64}              | CONFIRMED by PACKAGES: runc-1.0.0
                    """)
    void theStrongestSourceDecides(String metadata, String expected) {
        assertThat(describe(flag(el7(metadata, ""))).strip()).isEqualTo(expected.strip());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {type: ExecProbeBroken, status: 'True', reason: conmon-2.0.23}  | CONFIRMED by CONDITION: conmon-2.0.23
                    {type: ExecProbeBroken, status: 'True', reason: Whatever}       | CONFIRMED by CONDITION:
                    {type: ExecProbeBroken, status: 'False', reason: ExecWorks}     | SUSPECTED by NODE_INFO: docker-el7-1.13.1-84
                    {type: ExecProbeBroken, status: Unknown}                        | SUSPECTED by NODE_INFO: docker-el7-1.13.1-84
                    {type: Ready, status: 'True'}                                   | SUSPECTED by NODE_INFO: docker-el7-1.13.1-84
                    """)
    void theConditionOfNodeProblemDetector(String condition, String expected) {
        assertThat(describe(flag(el7("", condition))).strip()).isEqualTo(expected.strip());
        assertThat(flag(el7("labels: {probe-guard.io/exec: healthy}", condition)))
                .isNull();
    }

    @Test
    void aSuspicionSaysWhatWouldSettleIt() {
        assertThat(flagged(el7("", "")).reason())
                .isEqualTo("runtime docker://1.13.1 may be that build; run \"rpm -q docker\" on the node to check");
    }

    @ParameterizedTest
    @CsvSource({
        "'containerd://1.7.14',      'CONFIRMED by NODE_INFO: containerd-1.7.14,containerd-exit-lost'",
        "containerd://1.7.14-k3s1, SUSPECTED by PACKAGES: runc-1.1.0-rhaos4.10-fips",
        "containerd://1.7.22,      SUSPECTED by PACKAGES: runc-1.1.0-rhaos4.10-fips",
    })
    void whatIsSureComesBeforeASuspicion(String runtime, String expected) {
        NodeFacts node = Nodes.read("{kind: Node, metadata: {name: n, annotations: {probe-guard.io/packages:"
                + " runc-1.1.0-1.rhaos4.10.el8.x86_64}}, status: {nodeInfo: {containerRuntimeVersion: '" + runtime
                + "'}}}");
        assertThat(describe(flag(node))).isEqualTo(expected);
    }

    @Test
    void aSuspicionByAPackageSaysItToo() {
        assertThat(flagged(el7("annotations: {probe-guard.io/packages: runc-1.1.0-1.rhaos4.10.el8.x86_64}", ""))
                        .reason())
                .isEqualTo("package runc-1.1.0-1.rhaos4.10.el8 may be that build; run \"cat"
                        + " /proc/sys/crypto/fips_enabled\" on the node to check");
    }

    @Test
    void aPackageIsFlaggedForWhatComesWithIt() {
        assertThat(flagged(el7("annotations: {probe-guard.io/packages: containerd.io-1.4.7-3.1.el7.x86_64}", ""))
                        .reason())
                .isEqualTo("package containerd.io-1.4.7-3.1.el7 bundles runc 1.0.0");
    }

    @Test
    void whatIsTrueOfAWholeLineFlagsNothing() {
        assertThat(flag(Nodes.healthy("n"))).isNull();
    }

    /** What was seen says more than a suspicion, and less than any evidence of what the node runs. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                    ~~                                                                             | OBSERVED by SYMPTOMS: conmon-2.0.23
                    labels: {probe-guard.io/exec: broken}                                          | CONFIRMED by LABEL:
                    labels: {probe-guard.io/exec: healthy}                                         | none
                    annotations: {probe-guard.io/packages: docker-1.13.1-84.git07f3374.el7.x86_64} | CONFIRMED by PACKAGES: docker-el7-1.13.1-84
                    annotations: {probe-guard.io/packages: docker-1.13.1-88.git07f3374.el7.x86_64} | OBSERVED by SYMPTOMS: conmon-2.0.23
                    annotations: {probe-guard.io/packages: runc-1.1.0-1.rhaos4.10.el8.x86_64}      | OBSERVED by SYMPTOMS: conmon-2.0.23
                    """)
    void symptomsComeBetween(String metadata, String expected) {
        Instant since = Instant.parse("2026-01-01T00:00:00Z");
        Observation observed = observation(since, "conmon-2.0.23");
        Flag flag =
                FLAGGING.judge(el7(metadata, ""), Evidence.NONE.with(observed)).flag();
        assertThat(describe(flag).strip()).isEqualTo(expected.strip());
        if (flag != null && flag.source() == Source.SYMPTOMS) {
            assertThat(flag.since()).isEqualTo(since);
            assertThat(flag.reason())
                    .isEqualTo(
                            "Events report exec failures of 3 different workloads (a/x, b/y, c/z): \"OCI runtime exec failed\"");
        }
    }

    /** Each line adds a source that counts more than those before: the table of the documentation. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', nullValues = "-", textBlock = """
                    runtime: docker://1.13.1                                                                   | SUSPECTED by NODE_INFO: docker-el7-1.13.1-84
                    ... Events                                                                                 | OBSERVED by SYMPTOMS:
                    ... Events, counts                                                                         | OBSERVED by PROMETHEUS:
                    ... Events, counts, packages: docker-1.13.1-84.git07f3374.el7.x86_64                       | CONFIRMED by PACKAGES: docker-el7-1.13.1-84
                    ... Events, counts, packages: docker-1.13.1-84.git07f3374.el7.x86_64, works                | CONFIRMED by PACKAGES: docker-el7-1.13.1-84
                    ... Events, counts, packages: docker-1.13.1-84.git07f3374.el7.x86_64, fails                | CONFIRMED by CANARY: docker-el7-1.13.1-84
                    ... Events, counts, packages: docker-1.13.1-84.git07f3374.el7.x86_64, fails, condition     | CONFIRMED by CONDITION: conmon-2.0.23
                    ... Events, counts, packages: docker-1.13.1-84.git07f3374.el7.x86_64, fails, condition, label: broken  | CONFIRMED by LABEL:
                    ... Events, counts, packages: docker-1.13.1-84.git07f3374.el7.x86_64, fails, condition, label: healthy | none
                    """)
    void whatCountsMoreDecides(String sources, String expected) {
        assertThat(describe(judge(sources).flag()).strip()).isEqualTo(expected.strip());
    }

    /** The suspicion on EL7 is about a build that breaks exec for some images only; that on this CRI-O is not. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
                    docker://1.13.1      | works           | SUSPECTED by NODE_INFO: docker-el7-1.13.1-84
                    docker://1.13.1      | works for any   | none
                    docker://1.13.1      | fails           | CONFIRMED by CANARY: docker-el7-1.13.1-84
                    containerd://1.7.27  | fails           | CONFIRMED by CANARY:
                    containerd://1.7.27  | works           | none
                    """)
    void aCanaryConfirmsAndClears(String runtime, String canary, String expected) {
        assertThat(describe(judge("runtime: " + runtime + ", " + canary).flag()).strip())
                .isEqualTo(expected);
    }

    @Test
    void everySourceIsHeard() {
        assertThat(judge("... Events, counts, packages: docker-1.13.1-84.git07f3374.el7.x86_64, works, label: healthy")
                        .statements())
                .extracting(Statement::source, Statement::strength)
                .containsExactly(
                        tuple(Source.LABEL, null),
                        tuple(Source.PACKAGES, Strength.CONFIRMED),
                        tuple(Source.PROMETHEUS, Strength.OBSERVED),
                        tuple(Source.SYMPTOMS, Strength.OBSERVED),
                        tuple(Source.CANARY, null));
        assertThat(judge("runtime: docker://1.13.1, fails").statements())
                .extracting(Statement::source, Statement::strength)
                .containsExactly(tuple(Source.CANARY, Strength.CONFIRMED), tuple(Source.NODE_INFO, Strength.SUSPECTED));
    }

    private static Verdict judge(String sources) {
        Matcher packages = Pattern.compile("packages: (\\S+?)(,|$)").matcher(sources);
        String docker = sources.contains("containerd") ? "containerd://1.7.27" : "docker://1.13.1";
        String metadata =
                (packages.find() ? "annotations: {probe-guard.io/packages: '" + packages.group(1) + "'}, " : "")
                        + (sources.contains("label: ")
                                ? "labels: {probe-guard.io/exec: " + sources.replaceFirst(".*label: ", "") + "}"
                                : "");
        NodeFacts node = Nodes.read(
                "{kind: Node, metadata: {name: n, " + metadata + "}, status: {conditions: ["
                        + (sources.contains("condition")
                                ? "{type: ExecProbeBroken, status: 'True', reason: conmon-2.0.23}"
                                : "")
                        + "], nodeInfo: {containerRuntimeVersion: '" + docker
                        + "', osImage: CentOS Linux 7 (Core), kernelVersion: 3.10.0-957.el7.x86_64, kubeletVersion: v1.13.0}}}");
        Observation seen = new Observation(
                Instant.EPOCH, null, Effect.ALWAYS_FAILS, List.of("a/x", "b/y", "c/z"), List.of("said"));
        CanaryEvidence canary = sources.contains("works") || sources.contains("fails")
                ? new CanaryEvidence(
                        sources.contains("fails") ? Effect.SOMETIMES_FAILS : null,
                        Instant.EPOCH,
                        "canary",
                        sources.contains("for any"))
                : null;
        return FLAGGING.judge(
                node,
                new Evidence(
                        canary, sources.contains("counts") ? seen : null, sources.contains("Events") ? seen : null));
    }

    @Test
    void aConditionSaysSinceWhen() {
        Flag flag = flagged(el7(
                "", "{type: ExecProbeBroken, status: 'True', lastTransitionTime: '2026-01-01T00:00:00Z', reason: x}"));
        assertThat(flag.since()).isEqualTo(Instant.parse("2026-01-01T00:00:00Z"));
        assertThat(flagged(Nodes.broken("b")).since()).isNull();
    }

    @Test
    void aConditionCannotBringBackWhatAnAdminSwitchedOff() {
        CatalogueChanges changes = new CatalogueChanges(List.of("runc-1.0.0"), null);
        NodeFacts node = Nodes.read("{kind: Node, metadata: {name: n}, status: {conditions:"
                + " [{type: ExecProbeBroken, status: 'True', reason: runc-1.0.0}]}}");
        assertThat(flagged(node).isConfirmed()).isTrue();
        assertThat(new Flagging(Catalogue.builtIn().with(changes))
                        .judge(node, Evidence.NONE)
                        .flag())
                .isNull();
    }

    @Test
    void aSymptomNamesNoBuildThatTheNodeCannotRun() {
        Observation observed = observation(Instant.EPOCH, "docker-el7-1.13.1-84");
        assertThat(describe(FLAGGING.judge(Nodes.healthy("n"), Evidence.NONE.with(observed))
                                .flag())
                        .strip())
                .isEqualTo("OBSERVED by SYMPTOMS:");
        assertThat(describe(FLAGGING.judge(el7("", ""), Evidence.NONE.with(observed))
                        .flag()))
                .isEqualTo("OBSERVED by SYMPTOMS: docker-el7-1.13.1-84");
        Observation another = observation(Instant.EPOCH, "containerd-1.7.14");
        assertThat(describe(FLAGGING.judge(el7("", ""), Evidence.NONE.with(another))
                                .flag())
                        .strip())
                .isEqualTo("OBSERVED by SYMPTOMS:");
    }

    @Test
    void ofANodeWithoutStatusOnlyTheEventsAreSaid() {
        Flag flag = FLAGGING.judge(
                        Nodes.read("{kind: Node, metadata: {name: n}}"),
                        Evidence.NONE.with(observation(Instant.EPOCH, "conmon-2.0.23")))
                .flag();
        assertThat(Objects.requireNonNull(flag).reason()).endsWith(": \"OCI runtime exec failed\"");
    }

    /** How exec fails is seen, even where the build is not known. */
    @ParameterizedTest
    @CsvSource({"SOMETIMES_FAILS", "HANGS"})
    void anObservedNodeHasTheEffectThatWasSeen(Effect effect) {
        Observation observed = new Observation(
                Instant.EPOCH,
                null,
                effect,
                List.of("a/x", "b/y", "c/\u001b[31mz"),
                List.of("OCI runtime exec failed"));
        Flag flag = Objects.requireNonNull(
                FLAGGING.judge(Nodes.healthy("n"), Evidence.NONE.with(observed)).flag());
        assertThat(flag.builds()).isEmpty();
        assertThat(flag.effect()).isEqualTo(effect);
        assertThat(flag.reason()).doesNotContain("\u001b");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    runc-1.4.0                    | annotation probe-guard.io/packages: "runc-1.4.0" is ignored: not a package
                    runc version 1.4.0            | annotation probe-guard.io/packages: "runc version 1.4.0" is ignored: not a package
                    package runc is not installed | annotation probe-guard.io/packages: "package runc is not installed" is ignored: not a package
                    runc unknown                  | annotation probe-guard.io/packages: "runc unknown" is ignored: not a package
                    """)
    void whatIsNoPackageIsTold(String packages, String message) {
        NodeFacts node = Nodes.read("{kind: Node, metadata: {name: n, annotations: {probe-guard.io/packages:" + " \""
                + packages + ", runc 1.4.1-1\"}}}");
        assertThat(Nodes.fleet(node).members())
                .singleElement()
                .satisfies(member ->
                        assertThat(member.ignored()).singleElement().asString().startsWith(message));
    }

    @Test
    void whatIsNotRuncIsNotJudgedByIt() {
        NodeFacts node = Nodes.read("{kind: Node, metadata: {name: n}, status: {nodeInfo: {operatingSystem: windows,"
                + " osImage: Windows Server 2022 Datacenter, containerRuntimeVersion: 'containerd://1.7.20'}}}");
        assertThat(flag(node)).isNull();
    }

    @Test
    void saysWhatAnAliasIs() {
        NodeFacts node = Nodes.read("{kind: Node, metadata: {name: n, annotations: {probe-guard.io/packages:"
                + " moby-runc 1.0.0~rc93+azure-ubuntu18.04u1}}}");
        assertThat(flagged(node).reason()).isEqualTo("package moby-runc 1.0.0~rc93+azure-ubuntu18.04u1 (runc)");
    }

    @Test
    void saysHowItKnowsWhatADistributionShips() {
        NodeFacts node =
                Nodes.read("{kind: Node, metadata: {name: n}, status: {nodeInfo: {kubeletVersion: v1.34.3+k3s1,"
                        + " containerRuntimeVersion: 'containerd://2.1.5-k3s1'}}}");
        assertThat(describe(flag(node))).isEqualTo("CONFIRMED by NODE_INFO: runc-1.4.0-cgroup");
        assertThat(flagged(node).reason()).isEqualTo("k3s v1.34.3+k3s1 ships runc 1.4.0");
    }

    @Test
    void aPackageSaysMoreThanWhatADistributionShips() {
        NodeFacts node = Nodes.read(
                "{kind: Node, metadata: {name: n, annotations: {probe-guard.io/packages: runc 1.4.1-1}},"
                        + " status: {nodeInfo: {kubeletVersion: v1.34.3+k3s1, containerRuntimeVersion: 'containerd://2.1.5-k3s1'}}}");
        assertThat(flag(node)).isNull();
    }
}
