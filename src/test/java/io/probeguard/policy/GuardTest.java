package io.probeguard.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.probeguard.catalogue.Catalogue;
import io.probeguard.catalogue.Effect;
import io.probeguard.catalogue.NodeInfo;
import io.probeguard.kubelet.Consequence.Outcome;
import io.probeguard.kubelet.Prediction;
import io.probeguard.node.Candidates;
import io.probeguard.node.Fleet;
import io.probeguard.node.NodeFacts;
import io.probeguard.node.Nodes;
import io.probeguard.node.RuntimeClasses;
import io.probeguard.policy.Policy.Exemption;
import io.probeguard.policy.Review.Note;
import io.probeguard.policy.Review.Reason;
import io.probeguard.probe.Pods;
import io.probeguard.probe.Timing;
import io.probeguard.probe.Workload;
import io.probeguard.probe.WorkloadKind;
import io.probeguard.text.SourceText;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GuardTest {
    private static final Workload LIVENESS = Pods.withProbe("livenessProbe", ", periodSeconds: 4");
    private static final Workload HOOK = Pods.pod("containers: [{name: app, lifecycle: {preStop: {exec: {}}}}]");

    private static Policy policy(String yaml) {
        return PolicyFile.read(new SourceText("policy.yaml", yaml));
    }

    private static Fleet fleet(int broken, int healthy, int suspected) {
        NodeFacts[] nodes = new NodeFacts[broken + healthy + suspected];
        for (int i = 0; i < nodes.length; i++) {
            nodes[i] = i < broken
                    ? Nodes.broken("b" + i)
                    : i < broken + healthy ? Nodes.healthy("h" + i) : Nodes.node("s" + i, Nodes.EL7_DOCKER);
        }
        return Nodes.fleet(nodes);
    }

    @ParameterizedTest(name = "{0}: {1} broken, {2} healthy, {3} suspected: {4}")
    @CsvSource(delimiter = '|', textBlock = """
                    {mode: warn}                                   | 1 | 2 | 0 | WARN
                    {mode: off}                                    | 1 | 2 | 0 | NONE
                    {mode: rewrite}                                | 1 | 2 | 0 | REWRITE
                    {mode: deny}                                   | 1 | 2 | 0 | WARN
                    {mode: deny}                                   | 3 | 0 | 0 | DENY
                    {mode: deny, when: {deny: any}}                | 1 | 2 | 0 | DENY
                    {mode: deny, when: {deny: 50%}}                | 1 | 1 | 0 | DENY
                    {mode: deny, when: {deny: 50%}}                | 1 | 2 | 0 | WARN
                    {mode: deny, when: {deny: 50%, warn: all}}     | 1 | 2 | 0 | NONE
                    {mode: rewrite, when: {rewrite: 50%}}          | 1 | 2 | 0 | WARN
                    {mode: rewrite, when: {rewrite: 34%}}          | 1 | 2 | 0 | WARN
                    {mode: rewrite, when: {rewrite: 33%}}          | 1 | 2 | 0 | REWRITE
                    {mode: warn, when: {warn: all}}                | 1 | 2 | 0 | NONE
                    {mode: deny}                                   | 0 | 0 | 3 | NONE
                    {mode: warn}                                   | 0 | 1 | 1 | NONE
                    {mode: warn, suspicion: act}                   | 0 | 1 | 1 | WARN
                    {mode: deny, suspicion: act}                   | 1 | 0 | 2 | DENY
                    {mode: deny}                                   | 1 | 0 | 2 | WARN
                    {mode: rewrite, rewriteUnhealable: false}      | 1 | 0 | 0 | WARN
                    {mode: warn, namespaces: {shop: deny}}         | 1 | 0 | 0 | DENY
                    {mode: deny, namespaces: {shop: off}}          | 1 | 0 | 0 | NONE
                    {mode: deny, namespaces: {other: off}}         | 1 | 0 | 0 | DENY
                    """)
    void actions(String policy, int broken, int healthy, int suspected, Action action) {
        Review review = Guard.review(LIVENESS, fleet(broken, healthy, suspected), policy(policy));

        assertThat(review.findings()).singleElement().satisfies(finding -> {
            assertThat(finding.action()).isEqualTo(action);
            assertThat(finding.candidates())
                    .extracting(
                            Candidates::count,
                            each -> each.confirmed().size(),
                            each -> each.suspected().size())
                    .containsExactly(broken + healthy + suspected, broken, suspected);
            assertThat(finding.after() != null).isEqualTo(action == Action.REWRITE);
        });
        assertThat(review.action()).isEqualTo(action);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {mode: deny}                                | 2 | 1 | 0 | deny requires all nodes to be flagged; 2 of 3 are
                    {mode: deny}                                | 1 | 0 | 2 | deny requires all nodes to be flagged; 1 of 3 is
                    {mode: deny, when: {deny: 50%, warn: all}}  | 1 | 2 | 0 | deny requires 50% of the nodes to be flagged; 1 of 3 is
                    {mode: rewrite, when: {rewrite: 34%}}       | 1 | 2 | 0 | rewrite requires 34% of the nodes to be flagged; 1 of 3 is
                    {mode: warn, when: {warn: all}}             | 1 | 2 | 0 | warn requires all nodes to be flagged; 1 of 3 is
                    {mode: deny}                                | 3 | 0 | 0 |
                    {mode: deny, when: {deny: any}}             | 1 | 2 | 0 |
                    {mode: rewrite}                             | 1 | 2 | 0 |
                    {mode: rewrite, rewriteUnhealable: false, when: {rewrite: all}} | 1 | 2 | 0 |
                    {mode: off}                                 | 1 | 2 | 0 |
                    {mode: deny}                                | 0 | 0 | 3 |
                    """)
    void whyLessIsDoneThanTheModeSays(String policy, int broken, int healthy, int suspected, String unmetThreshold) {
        assertThat(Guard.review(LIVENESS, fleet(broken, healthy, suspected), policy(policy))
                        .findings())
                .extracting(finding -> finding.unmetThreshold() == null
                        ? null
                        : finding.unmetThreshold().toString())
                .containsExactly(unmetThreshold);
    }

    @ParameterizedTest
    @CsvSource({
        "{mode: warn},                  WARN",
        "{mode: rewrite},               WARN",
        "{mode: deny},                  WARN",
        "'{mode: deny, denyHooks: true}', DENY",
    })
    void hooksAreNeverRewrittenAndRefusedOnlyWhereThePolicySaysSo(String policy, Action action) {
        assertThat(Guard.review(HOOK, fleet(1, 0, 0), policy(policy)).findings())
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.action()).isEqualTo(action);
                    assertThat(finding.before()).isNull();
                    assertThat(finding.relaxed()).isNull();
                });
    }

    @Test
    void noFlaggedNodeNoFinding() {
        Review review = Guard.review(LIVENESS, fleet(0, 3, 0), Policy.DEFAULT);
        assertThat(review.findings()).isEmpty();
        assertThat(review.note()).isNull();
    }

    @Test
    @NullUnmarked // what is null cannot be looked at
    void aPodWithoutExecProbesNeverLooksAtANode() {
        Workload pod = Pods.pod("containers: [{name: app, livenessProbe: {httpGet: {path: /}}}]");
        assertThat(Guard.review(pod, null, null).findings()).isEmpty();
    }

    @Test
    void whereNoNodeCanRunItThereIsNoFindingButANote() {
        Workload elsewhere = Pods.pod("nodeName: gone, containers: [{name: app, livenessProbe: {exec: {}}}]");
        Review review = Guard.review(elsewhere, fleet(1, 0, 0), Policy.DEFAULT);
        assertThat(review.findings()).isEmpty();
        assertThat(review.note()).isEqualTo(new Note(Reason.NO_CANDIDATES, "node \"gone\" not found"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    , annotations: {kubernetes.io/config.mirror: x}  | {mode: deny}                        | MIRROR_POD
                    , annotations: {probe-guard.io/skip: tested}     | {mode: deny}                        | OPTED_OUT
                    , annotations: {probe-guard.io/skip: tested}     | {mode: deny, skipAnnotation: false} |
                    , annotations: {other: x}                        | {mode: deny}                        |
                    ''                                               | {mode: off}                         | MODE_OFF
                    ''                                               | {mode: deny, exemptions: [{name: cart, reason: x}]}                  | EXEMPT
                    ''                                               | {mode: deny, exemptions: [{name: 'ca*', reason: x}]}                 | EXEMPT
                    ''                                               | {mode: deny, exemptions: [{name: ca, reason: x}]}                    |
                    ''                                               | {mode: deny, exemptions: [{namespace: shop, kind: Pod, reason: x}]}  | EXEMPT
                    ''                                               | {mode: deny, exemptions: [{namespace: shop, kind: Job, reason: x}]}  |
                    ''                                               | {mode: deny, exemptions: [{namespace: other, name: cart, reason: x}]} |
                    """)
    void whatIsLeftAloneIsFoundAllTheSame(String metadata, String policy, Reason reason) {
        Workload pod = Pods.pod(metadata, "containers: [{name: app, livenessProbe: {exec: {}}}]");
        Review review = Guard.review(pod, fleet(1, 0, 0), policy(policy));
        assertThat(review.findings())
                .singleElement()
                .satisfies(
                        finding -> assertThat(finding.action()).isEqualTo(reason == null ? Action.DENY : Action.NONE));
        assertThat(review.note() == null ? null : review.note().reason()).isEqualTo(reason);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {name: agent-x7k2p, generateName: agent-, ownerReferences: [{kind: DaemonSet, name: agent, controller: true}]}               | {kind: DaemonSet, name: agent, reason: x}   | true
                    {name: agent-x7k2p, generateName: agent-, ownerReferences: [{kind: DaemonSet, name: agent, controller: true}]}               | {kind: DaemonSet, name: 'ag*', reason: x}   | true
                    {name: agent-x7k2p, generateName: agent-, ownerReferences: [{kind: DaemonSet, name: agent, controller: true}]}               | {kind: Deployment, name: agent, reason: x}  | false
                    {name: agent-x7k2p, generateName: agent-, ownerReferences: [{kind: DaemonSet, name: agent}]}                                 | {kind: DaemonSet, name: agent, reason: x}   | false
                    {generateName: web-5d8f7c-, ownerReferences: [{kind: ReplicaSet, name: web-5d8f7c, controller: true}]}                        | {kind: Deployment, name: web, reason: x}    | true
                    {name: web-5d8f7c-abcde, generateName: web-5d8f7c-, ownerReferences: [{kind: ReplicaSet, name: web-5d8f7c, controller: true}]} | {kind: ReplicaSet, name: 'web-*', reason: x} | true
                    {generateName: web-end-, ownerReferences: [{kind: ReplicaSet, name: web-end, controller: true}]}                              | {kind: Deployment, name: web, reason: x}    | false
                    {generateName: nightly-1606176000-, ownerReferences: [{kind: Job, name: nightly-1606176000, controller: true}]}               | {kind: CronJob, name: nightly, reason: x}   | true
                    {generateName: db-migrate-, ownerReferences: [{kind: Job, name: db-migrate, controller: true}]}                               | {kind: CronJob, name: db, reason: x}        | false
                    {name: cart-abcde, generateName: cart-}                                                                                      | {name: cart-, reason: x}                    | true
                    {name: cart-abcde, generateName: cart-}                                                                                      | {kind: Deployment, name: cart, reason: x}   | false
                    """)
    void podsOfAnExemptWorkloadAreExempt(String metadata, String exemption, boolean exempt) {
        Workload pod = Pods.read("{apiVersion: v1, kind: Pod, metadata: " + metadata
                        + ", spec: {containers: [{name: app, livenessProbe: {exec: {}}}]}}")
                .get(0)
                .workload();
        assertThat(Guard.review(pod, fleet(1, 0, 0), policy("{mode: deny, exemptions: [" + exemption + "]}"))
                        .action())
                .isEqualTo(exempt ? Action.NONE : Action.DENY);
    }

    @Test
    void aDaemonSetIsJudgedAsItsPodsAreOneByOne() {
        Workload daemonSet = Pods.read("{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: a}, spec: {template:"
                        + " {spec: {containers: [{name: app, livenessProbe: {exec: {}}}]}}}}")
                .get(0)
                .workload();
        assertThat(Guard.review(daemonSet, fleet(1, 2, 0), policy("mode: deny")).action())
                .isEqualTo(Action.DENY);
        assertThat(Guard.review(daemonSet, fleet(0, 2, 1), policy("mode: deny")).action())
                .isEqualTo(Action.NONE);
    }

    @Test
    void anExemptionNeedsSomethingToCover() {
        assertThat(new Exemption(null, "Pod", null, "x").covers(LIVENESS)).isTrue();
    }

    @Test
    void timingIsRaisedToTheFloorsAndNoFurther() {
        Workload pod =
                Pods.pod("containers: [{name: app, livenessProbe: {exec: {}, periodSeconds: 60, failureThreshold:"
                        + " 10}, readinessProbe: {exec: {}, initialDelaySeconds: 3}, startupProbe: {exec: {}, periodSeconds:"
                        + " 1}}]");
        assertThat(Guard.review(pod, fleet(1, 0, 0), policy("mode: rewrite")).findings())
                .extracting(Finding::after)
                .containsExactly(
                        new Timing(null, 60, 10, 10, null),
                        new Timing(3, 15, 10, null, null),
                        new Timing(null, 1, 10, null, null));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    containerd://1.7.14 | mode: rewrite                                              | 30  | 30  |
                    containerd://1.7.14 | {mode: rewrite, floors: {readiness: {periodSeconds: 60}}}  | 30  | 60  |
                    containerd://1.2.1  | mode: rewrite                                              | 30  | 15  | 5
                    """)
    void theHigherOfThePolicysFloorAndTheBuildsHolds(
            String runtime, String policy, int liveness, int readiness, Integer failures) {
        Workload pod = Pods.pod("containers: [{name: app, livenessProbe: {exec: {}}, readinessProbe: {exec: {}}}]");
        Fleet fleet = Nodes.fleet(Nodes.node("n", new NodeInfo(runtime, "", "", "v1.30.0")));
        assertThat(Guard.review(pod, fleet, policy(policy)).findings())
                .extracting(Finding::after)
                .containsExactly(
                        new Timing(null, liveness, 10, 5, null), new Timing(null, readiness, 10, failures, null));
    }

    /** Where every exec hangs, it is the kubelet's handling of timeouts that decides. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    docker://18.9.2     | v1.13.0 | never restarts a dead container    | never Ready
                    containerd://1.2.2  | v1.13.0 | never restarts a dead container    | never Ready
                    docker://18.9.2     | v1.20.8 | never restarts a dead container    | never Ready
                    containerd://1.2.2  | v1.20.8 | restart loop after 364 to 495 s    | never Ready
                    """)
    void aBuildThatAlwaysHangs(String runtime, String kubelet, String liveness, String readiness) {
        Workload pod = Pods.pod("containers: [{name: app, livenessProbe: {exec: {}}, readinessProbe: {exec: {}}}]");
        NodeFacts node = new NodeFacts(
                "n",
                Map.of(),
                List.of(),
                null,
                "containerd.io-1.2.2-3.3.el7.x86_64",
                null,
                new NodeInfo(runtime, "CentOS Linux 7 (Core)", "3.10.0-957.el7.x86_64", kubelet));
        Fleet fleet = Nodes.fleet(node, Nodes.healthy("h"));
        Review review = Guard.review(pod, fleet, policy("{mode: rewrite, steer: prefer}"));
        assertThat(review.findings()).extracting(finding -> finding.summary()).containsExactly(liveness, readiness);
        assertThat(review.steering())
                .extracting(Messages::steered)
                .isEqualTo("kept off, where possible, 1 of 2 nodes, where exec always hangs: containerd.io-1.2.2-3.3");
    }

    @Test
    void floorsOfABuildThatIsOnlySuspectedRaiseNothing() {
        Workload pod = Pods.withProbe("readinessProbe", ", periodSeconds: 20, timeoutSeconds: 10");
        Fleet fleet = Nodes.fleet(
                Nodes.broken("b"), Nodes.node("n", new NodeInfo("containerd://1.7.14-k3s1", "", "", "v1.30.0")));
        assertThat(Guard.review(pod, fleet, policy("mode: rewrite")).findings())
                .singleElement()
                .satisfies(finding -> assertThat(finding.relaxed()).isNull());
    }

    @Test
    void whatIsRelaxedAlreadyIsOnlyWarnedAbout() {
        Workload pod = Pods.withProbe("livenessProbe", ", periodSeconds: 30, timeoutSeconds: 10, failureThreshold: 5");
        assertThat(Guard.review(pod, fleet(1, 0, 0), policy("mode: rewrite")).action())
                .isEqualTo(Action.WARN);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    containerd-1.7.14                      | warn    | 30, 10, 5 | AT_FLOORS
                    containerd-1.7.14                      | deny    | 30, 10, 5 | AT_FLOORS
                    containerd-1.7.14                      | rewrite | 30, 10, 5 | AT_FLOORS
                    containerd-1.7.14                      | warn    | 60, 20, 9 | AT_FLOORS
                    containerd-1.7.14                      | off     | 30, 10, 5 | NONE
                    containerd-1.7.14                      | warn    | 29, 10, 5 | WARN
                    containerd-1.7.14                      | deny    | 30, 9, 5  | DENY
                    containerd-1.7.14                      | rewrite | 30, 10, 4 | REWRITE
                    docker-el7-1.13.1-84                   | warn    | 30, 10, 5 | WARN
                    docker-el7-1.13.1-84                   | deny    | 30, 10, 5 | DENY
                    containerd-1.7.14 docker-el7-1.13.1-84 | warn    | 30, 10, 5 | WARN
                    """)
    void timingAtTheFloorsIsTheEndWhereItHelps(String builds, String mode, String numbers, Action action) {
        Fleet fleet = Fleet.assuming(Stream.of(builds.split(" ", -1))
                .map(build -> Catalogue.builtIn().byId(build).orElseThrow())
                .toList());
        String[] timing = numbers.split(", ", -1);
        Workload pod = Pods.withProbe(
                "livenessProbe",
                ", periodSeconds: " + timing[0] + ", timeoutSeconds: " + timing[1] + ", failureThreshold: "
                        + timing[2]);
        Review review = Guard.review(pod, fleet, policy("mode: " + mode));
        assertThat(review.action()).isEqualTo(action);
        assertThat(review.acted().isEmpty()).isEqualTo(action.compareTo(Action.WARN) < 0);
        assertThat(Messages.warnings(review, false).isEmpty())
                .isEqualTo(review.acted().isEmpty());
    }

    /** A pod that was rewritten is at the floors too; only where rewriting is still the mode is that what is said of it. */
    @ParameterizedTest
    @CsvSource({"rewrite, REWRITE", "warn, AT_FLOORS", "deny, AT_FLOORS"})
    void whatWasRewrittenIsAtTheFloorsInAnyOtherMode(String mode, Action action) {
        Workload pod = Pods.pod(
                ", annotations: {probe-guard.io/rewritten: '[{\"container\":\"app\",\"handler\":\"liveness\",\"before\":"
                        + "{\"periodSeconds\":4},\"after\":{\"periodSeconds\":30}}]'}",
                "containers: [{name: app, livenessProbe: {exec: {}, periodSeconds: 30, timeoutSeconds: 10,"
                        + " failureThreshold: 5}}]");
        Fleet fleet = Fleet.assuming(
                List.of(Catalogue.builtIn().byId("containerd-1.7.14").orElseThrow()));
        assertThat(Guard.review(pod, fleet, policy("mode: " + mode)).action()).isEqualTo(action);
    }

    @NullUnmarked
    @Test
    void aFindingHasWhatHappensToThePodAsWrittenAndAsRelaxed() {
        Finding finding = Guard.review(LIVENESS, fleet(1, 0, 0), policy("mode: rewrite"))
                .findings()
                .get(0);
        assertThat(finding.timeline())
                .isNotNull()
                .isEqualTo(Prediction.of(finding.situation()).timeline());
        assertThat(finding.relaxedTimeline())
                .isNotNull()
                .isEqualTo(Prediction.of(finding.relaxation().situation()).timeline())
                .isNotEqualTo(finding.timeline());
        Finding hook = Guard.review(HOOK, fleet(1, 0, 0), policy("mode: rewrite"))
                .findings()
                .get(0);
        assertThat(hook.timeline()).isNotNull();
        assertThat(hook.relaxedTimeline()).isNull();
        NodeFacts marked = Nodes.read("{kind: Node, metadata: {name: n, labels: {probe-guard.io/exec: broken}}}");
        Finding unknown = Guard.review(LIVENESS, Nodes.fleet(marked), policy("mode: rewrite"))
                .findings()
                .get(0);
        assertThat(unknown.timeline()).isNull();
        assertThat(unknown.relaxation()).isNotNull();
        assertThat(unknown.relaxedTimeline()).isNull();
        assertThat(unknown.sentence()).isEqualTo("how exec is broken is unknown");
    }

    @ParameterizedTest
    @CsvSource({"500, 500,", "501, 0, TOO_MANY_HANDLERS"})
    void aPodWithTooManyProbesIsLeftAlone(int probes, int findings, @Nullable Reason reason) {
        String containers = IntStream.range(0, probes)
                .mapToObj(i -> "{name: c" + i + ", livenessProbe: {exec: {}}}")
                .collect(Collectors.joining(", ", "containers: [", "]"));
        Review review = Guard.review(Pods.pod(containers), fleet(1, 0, 0), Policy.DEFAULT);
        assertThat(review.findings()).hasSize(findings);
        assertThat(review.note() == null ? null : review.note().reason()).isEqualTo(reason);
        assertThat(review.findings())
                .allSatisfy(finding -> assertThat(finding.sentence())
                        .isEqualTo("not predicted: the pod has too many containers or probes"));
    }

    @Test
    void aProbeThatTheApiServerRefusesIsNotMadeAcceptable() {
        Workload pod = Pods.ofKind(
                WorkloadKind.POD,
                "shop",
                "{\"spec\": {\"containers\": [{\"name\": \"app\", \"livenessProbe\": {\"exec\": {}, \"periodSeconds\": -1}}]}}");
        assertThat(Guard.review(pod, fleet(1, 0, 0), policy("mode: rewrite")).findings())
                .singleElement()
                .satisfies(finding -> assertThat(finding.relaxed()).isNull());
    }

    @ParameterizedTest
    @CsvSource({
        // The same build under another kubelet: before 1.20 a timeout over containerd is thrown away.
        "containerd://1.7.14, v1.30.0, HANGS, RESTART_LOOP",
        "containerd://1.7.14, v1.19.0, HANGS, UNPROTECTED",
        "containerd://1.2.1,  v1.30.0, SOMETIMES_FAILS, UNPROTECTED",
    })
    void consequencesFollowTheRuntime(String runtime, String kubelet, Effect effect, Outcome outcome) {
        Fleet fleet = Nodes.fleet(Nodes.node("n", new NodeInfo(runtime, "", "", kubelet)));
        assertThat(Guard.review(LIVENESS, fleet, Policy.DEFAULT).findings())
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.effect()).isEqualTo(effect);
                    assertThat(finding.consequence().outcome()).isEqualTo(outcome);
                });
    }

    @Test
    void ofANodeLabelledBrokenTheEffectIsUnknown() {
        NodeFacts labelled =
                new NodeFacts("n", Map.of(NodeFacts.EXEC_LABEL, "broken"), List.of(), null, null, null, Nodes.HEALTHY);
        assertThat(Guard.review(LIVENESS, Nodes.fleet(labelled), Policy.DEFAULT).findings())
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.effect()).isEqualTo(Effect.UNKNOWN);
                    assertThat(finding.message()).contains("(build unknown)");
                });
    }

    @Test
    void assumedBuildsHaveNoNodes() {
        Catalogue catalogue = Catalogue.builtIn();
        Fleet fleet = Fleet.assuming(List.of(catalogue.byId("conmon-2.0.23").orElseThrow()));
        assertThat(Guard.review(LIVENESS, fleet, policy("mode: deny")).findings())
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.candidates()).isNull();
                    assertThat(finding.action()).isEqualTo(Action.DENY);
                    assertThat(finding.consequence().outcome()).isEqualTo(Outcome.UNPROTECTED);
                });
        assertThat(Guard.review(LIVENESS, Fleet.assuming(List.of()), Policy.DEFAULT)
                        .findings())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    os: {name: linux}              |
                    os: {name: windows}            | os.name is windows: its containers do not run in runc
                    runtimeClassName: nvidia       |
                    runtimeClassName: gvisor       | runtimeClassName gvisor: its containers run in gvisor, not in runc
                    runtimeClassName: kata-qemu    | runtimeClassName kata-qemu: its containers run in kata-qemu, not in runc
                    runtimeClassName: sandboxed    | runtimeClassName sandboxed: its containers run in runsc, not in runc
                    runtimeClassName: kata-named   |
                    """)
    void onlyRuncIsJudged(String spec, String detail) {
        Fleet fleet = Fleet.of(
                List.of(Nodes.broken("n")),
                Catalogue.builtIn(),
                Map.of(),
                new RuntimeClasses(Map.of("sandboxed", "runsc", "kata-named", "runc")));
        Review review = Guard.review(
                Pods.pod(spec + ", containers: [{name: app, livenessProbe: {exec: {}}}]"), fleet, Policy.DEFAULT);
        assertThat(review.note())
                .isEqualTo(detail == null ? null : new Review.Note(Review.Reason.OTHER_RUNTIME, detail));
        assertThat(review.findings()).hasSize(detail == null ? 1 : 0);
    }

    /** What is late before the command starts passes over containerd; what is late after it is a failure. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    slow       | before-start | restarts a dead container late
                    slow       | after-start  | intermittently killed
                    hangs      | before-start | intermittently killed
                    hangs      | after-start  | intermittently killed
                    loses-exit | after-start  | might not restart a dead container
                    """)
    void whereExecBreaksDecides(String effect, String breaks, String summary) {
        Catalogue catalogue = Catalogue.builtIn()
                .with(policy("{catalogue: {entries: [{id: x, component: x, summary: x, affected: [{by: rpm, name: x,"
                                + " versions: '1'}], effect: " + effect + ", breaks: " + breaks
                                + ", flags: false, timingHelps: false, remedy: x, confidence: high, sources: []}]}}")
                        .catalogue());
        Fleet fleet = Fleet.assuming(List.of(catalogue.byId("x").orElseThrow()));
        assertThat(Guard.review(LIVENESS, fleet, Policy.DEFAULT)
                        .findings()
                        .get(0)
                        .summary())
                .isEqualTo(summary);
    }
}
