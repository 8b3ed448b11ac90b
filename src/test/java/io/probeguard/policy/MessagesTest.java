package io.probeguard.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.probeguard.catalogue.Catalogue;
import io.probeguard.catalogue.Effect;
import io.probeguard.catalogue.NodeInfo;
import io.probeguard.node.Evidence;
import io.probeguard.node.NodeFacts;
import io.probeguard.node.Nodes;
import io.probeguard.node.Observation;
import io.probeguard.node.RuntimeClasses;
import io.probeguard.policy.Policy.Suspicion;
import io.probeguard.probe.Pods;
import io.probeguard.probe.Workload;
import io.probeguard.text.SourceText;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MessagesTest {
    private static List<String> warnings(String spec, Mode mode) {
        Workload pod = Pods.pod(spec);
        Review review =
                Guard.review(pod, Nodes.fleet(Nodes.broken("b1"), Nodes.healthy("h1")), Policy.DEFAULT.withMode(mode));
        return Messages.warnings(review, false);
    }

    private static String container(String name) {
        return "{name: '" + name + "', livenessProbe: {exec: {}, periodSeconds: 4}, readinessProbe: {exec: {}}}";
    }

    @Test
    void saysWhatWhereWhyAndWhatToDo() {
        assertThat(warnings("containers: [" + container("app") + "]", Mode.WARN))
                .containsExactly(
                        "app: exec (liveness, readiness) always fails on 1 of 2 nodes (docker-el7-1.13.1-84):"
                                + " restart loop after 8 to 14 s, never Ready",
                        "on such nodes kubectl shows CrashLoopBackOff after 44 to 73 s",
                        "docker-el7-1.13.1-84: update docker to 1.13.1-88 or later; longer timing does not fix it");
    }

    /** Each node as what flags it: a runtime, or "broken" for the build that always fails. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    broken broken -                                        | always fails on 2 of 3 nodes (docker-el7-1.13.1-84): restart loop after 20 to 32 s
                    broken containerd://1.7.14 -                           | always fails on 1, hangs intermittently on 1 of 3 nodes (docker-el7-1.13.1-84, containerd-1.7.14, containerd-exit-lost): at worst restart loop after 20 to 32 s
                    containerd://1.7.14 broken                             | always fails on 1, hangs intermittently on 1 of 2 nodes (docker-el7-1.13.1-84, containerd-1.7.14, containerd-exit-lost): at worst restart loop after 20 to 32 s
                    broken containerd://1.7.14 named                       | always fails on 1, hangs intermittently on 1, is otherwise affected on 1 of 3 nodes (docker-el7-1.13.1-84, containerd-1.7.14, containerd-exit-lost): at worst restart loop after 20 to 32 s
                    docker://1.13.1 -                                      | may always fail on 1 of 2 nodes (docker-el7-1.13.1-84): restart loop after 20 to 32 s
                    docker://1.13.1 broken                                 | always fails on 1, may always fail on 1 of 2 nodes (docker-el7-1.13.1-84): at worst restart loop after 20 to 32 s
                    """)
    void whatIsTrueOfSomeNodesIsNotClaimedOfAll(String nodes, String warning) {
        List<NodeFacts> facts = new ArrayList<>();
        for (String node : nodes.split(" ", -1)) {
            String name = "n" + facts.size();
            facts.add(
                    switch (node) {
                        case "-" -> Nodes.healthy(name);
                        case "broken" -> Nodes.broken(name);
                        case "named" ->
                            Nodes.read("{kind: Node, metadata: {name: " + name
                                    + ", labels: {probe-guard.io/exec: broken}}}");
                        case "docker://1.13.1" -> Nodes.node(name, Nodes.EL7_DOCKER);
                        default -> Nodes.node(name, new NodeInfo(node, "", "", "v1.30.0"));
                    });
        }
        Review review = Guard.review(
                Pods.withProbe("livenessProbe", ""),
                Nodes.fleet(facts.toArray(NodeFacts[]::new)),
                Policy.DEFAULT.toBuilder().suspicion(Suspicion.ACT).build());
        assertThat(Messages.warnings(review, false).get(0)).isEqualTo("app: exec (liveness) " + warning);
        assertThat(review.findings().get(0).message()).hasSizeLessThanOrEqualTo(Messages.MAX_LENGTH);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    readinessProbe | never Ready, even if relaxed; update
                    livenessProbe  | restart loop after 20 to 32 s, relaxed: restart loop after 120 to 152 s; update
                    """)
    void aMessageDoesNotRepeatItself(String probe, String message) {
        Review review = Guard.review(
                Pods.withProbe(probe, ""), Nodes.fleet(Nodes.broken("b")), Policy.DEFAULT.withMode(Mode.REWRITE));
        assertThat(review.findings())
                .singleElement()
                .satisfies(finding -> assertThat(finding.message()).contains(": " + message));
    }

    @Test
    void saysWhatIsRewritten() {
        assertThat(warnings("containers: [" + container("app") + "]", Mode.REWRITE))
                .hasSize(5)
                .contains(
                        "app: liveness of its pods will be relaxed: period 4 -> 30 s, timeout 1 -> 10 s,"
                                + " failureThreshold 3 -> 5; restart loop after 120 to 152 s",
                        "app: readiness of its pods will be relaxed: period 10 -> 15 s, timeout 1 -> 10 s");
    }

    @Test
    void alikeContainersShareAWarning() {
        String containers =
                IntStream.range(0, 5).mapToObj(i -> container("c" + i)).collect(Collectors.joining(","));
        assertThat(warnings("containers: [" + containers + "]", Mode.WARN))
                .first()
                .asString()
                .startsWith("c0, c1, c2 and 2 more: exec (liveness, readiness) always fails");
    }

    @Test
    void staysWithinWhatTheApiServerPassesOn() {
        String many = IntStream.range(0, 200)
                .mapToObj(i -> "{name: '" + "x".repeat(300) + i + "', livenessProbe: {exec: {}, periodSeconds: "
                        + (i + 1) + "}}")
                .collect(Collectors.joining(","));
        List<String> warnings = warnings("containers: [" + many + "]", Mode.REWRITE);
        assertThat(warnings).allSatisfy(warning -> assertThat(warning).hasSizeLessThanOrEqualTo(Messages.MAX_LENGTH));
        assertThat(warnings.stream().mapToInt(String::length).sum()).isLessThan(4096);
        assertThat(warnings).last().asString().matches("and \\d+ more warnings of this kind");
    }

    /** One for each of 200 containers, and one on what to do. */
    @Test
    void saysHowManyWarningsAreLeftOut() {
        String many = IntStream.range(0, 200)
                .mapToObj(i -> "{name: c" + i + ", livenessProbe: {exec: {}, periodSeconds: " + (i + 1) + "}}")
                .collect(Collectors.joining(","));
        List<String> warnings = warnings("containers: [" + many + "]", Mode.WARN);
        assertThat(warnings.size()).isBetween(20, 100);
        assertThat(warnings).last().isEqualTo("and " + (201 - (warnings.size() - 1)) + " more warnings of this kind");
    }

    @Test
    void containersThatAreNotAlikeHaveWarningsOfTheirOwn() {
        assertThat(warnings(
                        "containers: [" + container("a") + ", {name: b, livenessProbe: {exec: {}, periodSeconds: 5}}]",
                        Mode.WARN))
                .extracting(warning -> warning.replaceFirst(":.*", ""))
                .containsExactly(
                        "a",
                        "b",
                        "on such nodes kubectl shows CrashLoopBackOff after 45 to 72 s",
                        "docker-el7-1.13.1-84");
    }

    @Test
    void onlyAHookAmongProbesIsNamedWithItsConsequence() {
        assertThat(warnings(
                        "containers: [{name: a, livenessProbe: {exec: {}}, lifecycle: {preStop: {exec: {}}}}]",
                        Mode.WARN))
                .first()
                .asString()
                .startsWith("a: exec (liveness, preStop) always fails on ")
                .endsWith(", preStop: no graceful stop");
        assertThat(warnings("containers: [{name: a, lifecycle: {preStop: {exec: {}}}}]", Mode.WARN))
                .first()
                .asString()
                .startsWith("a: exec (preStop) always fails on ")
                .endsWith(": no graceful stop")
                .doesNotContain("preStop: ");
    }

    /** What a template says will come is not said of the pod that it has come to. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {mode: deny, when: {deny: any}}  | mode deny: pods created from this will be refused
            {mode: rewrite}                  | app: liveness of its pods will be relaxed:
            {mode: rewrite, steer: prefer}   | its pods will be kept off, where possible, 1 of 2 nodes, where exec always fails: docker-el7-1.13.1-84
            """)
    void whatWillBecomeOfItsPodsIsSaidOfTemplates(String policy, String warning) {
        Review review = Guard.review(
                Pods.pod("containers: [" + container("app") + "]"),
                Nodes.fleet(Nodes.broken("b1"), Nodes.healthy("h1")),
                PolicyFile.read(new SourceText("policy.yaml", policy)));
        assertThat(Messages.warnings(review, false)).anyMatch(each -> each.startsWith(warning));
        assertThat(Messages.warnings(review, true))
                .noneMatch(each -> each.startsWith(warning))
                .as("nor that it has come to a pod that has not got it")
                .noneMatch(each -> each.startsWith("app: liveness relaxed"));
    }

    @Test
    void aPodSaysWhatItWasSteeredAwayFrom() {
        Workload pod = Pods.pod(
                ", annotations: {probe-guard.io/steered: \"kept off 1 of 2 nodes\\e\"}",
                "containers: [" + container("app") + "]");
        Review review = Guard.review(pod, Nodes.fleet(Nodes.broken("b1"), Nodes.healthy("h1")), Policy.DEFAULT);
        assertThat(Messages.warnings(review, true)).first().isEqualTo("this pod is kept off 1 of 2 nodes?");
        assertThat(Messages.warnings(review, false)).noneMatch(warning -> warning.startsWith("this pod"));
    }

    private static Review observed(Effect... effects) {
        Map<String, Evidence> evidence = new LinkedHashMap<>();
        NodeFacts[] nodes = new NodeFacts[effects.length];
        for (int i = 0; i < effects.length; i++) {
            nodes[i] = Nodes.healthy("n" + i);
            evidence.put(
                    "n" + i,
                    Evidence.NONE.with(new Observation(
                            Instant.EPOCH, null, effects[i], List.of("a/x", "b/y", "c/z"), List.of("exec failed"))));
        }
        return Guard.review(
                Pods.withProbe("livenessProbe", ""),
                Nodes.fleet(nodes).with(Map.of(), Catalogue.builtIn(), evidence, RuntimeClasses.UNKNOWN),
                PolicyFile.read(new SourceText("policy.yaml", "symptoms: act")));
    }

    /** Nodes on which other effects were observed are counted together where the same is said of them. */
    @Test
    void saysWhatWasObserved() {
        assertThat(Messages.warnings(observed(Effect.HANGS), false).get(0))
                .startsWith("app: exec (liveness) was observed to hang on 1 of 1 nodes (build unknown)");
        assertThat(Messages.warnings(observed(Effect.ALWAYS_FAILS, Effect.SOMETIMES_FAILS), false)
                        .get(0))
                .startsWith("app: exec (liveness) was observed to fail on 2 of 2 nodes (build unknown)");
    }

    /** It is stored, and so must not change while nodes come and go. */
    @Test
    void aLastingMessageHasNoNumberOfNodes() {
        Workload pod = Pods.withProbe("livenessProbe", "");
        NodeFacts hanging = Nodes.node("h", new NodeInfo("containerd://1.7.14", "", "", "v1.30.0"));
        assertThat(Messages.lastingMessage(Guard.review(pod, Nodes.fleet(Nodes.broken("b1")), Policy.DEFAULT)
                        .findings()
                        .get(0)))
                .isEqualTo("exec liveness probe of app always fails on flagged nodes (docker-el7-1.13.1-84):"
                        + " restart loop after 20 to 32 s; update docker to 1.13.1-88 or later; longer timing does not"
                        + " fix it");
        assertThat(Messages.lastingMessage(Guard.review(pod, Nodes.fleet(Nodes.broken("b1"), hanging), Policy.DEFAULT)
                        .findings()
                        .get(0)))
                .startsWith("exec liveness probe of app at worst always fails on flagged nodes (docker-el7-1.13.1-84, "
                        + "containerd-1.7.14, containerd-exit-lost)");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            WARN    | where exec always fails (docker-el7-1.13.1-84). app: exec (liveness): restart loop after 20 to 32 s. docker-el7-1.13.1-84: update docker to 1.13.1-88 or later; longer timing does not fix it
            REWRITE | where exec always fails (docker-el7-1.13.1-84). app: exec (liveness): restart loop after 20 to 32 s. Recreated pods get longer timing. docker-el7-1.13.1-84: update docker to 1.13.1-88 or later; longer timing does not fix it
            """)
    void anEventSaysWhatHappensAndWhatToDo(Mode mode, String impact) {
        Review review = Guard.review(
                Pods.withProbe("livenessProbe", ""), Nodes.fleet(Nodes.broken("b1")), Policy.DEFAULT.withMode(mode));
        assertThat(Messages.impact(review)).isEqualTo(impact);
    }

    @Test
    void anEventOnANodeOfAnUnknownBuildForetellsNothing() {
        NodeFacts marked = Nodes.read("{kind: Node, metadata: {name: n, labels: {probe-guard.io/exec: broken}}}");
        Review review = Guard.review(Pods.withProbe("livenessProbe", ""), Nodes.fleet(marked), Policy.DEFAULT);
        assertThat(Messages.impact(review))
                .isEqualTo(
                        "where exec is broken (build unknown). app: exec (liveness). use httpGet, tcpSocket or grpc, or other nodes");
    }

    @Test
    void holdsNoControlCharacter() {
        Workload pod = Pods.pod("containers: [{name: \"a\\nb\\u001b[31m\\u0000\\t\", livenessProbe: {exec: {}}}]");
        Review review = Guard.review(pod, Nodes.fleet(Nodes.broken("b1")), Policy.DEFAULT);
        assertThat(Messages.warnings(review, false).get(0)).startsWith("a?b?[31m??: exec");
        assertThat(review.findings().get(0).message()).doesNotContainPattern("\\p{Cntrl}");
    }

    @Test
    void aDenialNamesOnlyWhatIsDenied() {
        Workload pod =
                Pods.pod("containers: [{name: app, livenessProbe: {exec: {}}, lifecycle: {preStop: {exec: {}}}}]");
        Review review = Guard.review(pod, Nodes.fleet(Nodes.broken("b1")), Policy.DEFAULT.withMode(Mode.DENY));
        assertThat(Messages.denial(review)).contains("exec (liveness) ").doesNotContain("preStop");
    }

    @Test
    void namesNoPod() {
        Workload pod = Pods.pod("containers: [" + container("app") + "]");
        Review review = Guard.review(pod, Nodes.fleet(Nodes.broken("b1")), Policy.DEFAULT.withMode(Mode.DENY));
        assertThat(Messages.warnings(review, false)).noneMatch(warning -> warning.contains("cart"));
        assertThat(Messages.denial(review))
                .doesNotContain("cart")
                .startsWith("probe-guard refuses this pod: app: exec");
    }
}
