package io.probeguard.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.probeguard.catalogue.NodeInfo;
import io.probeguard.node.NodeFacts;
import io.probeguard.node.Nodes;
import io.probeguard.policy.Policy.Suspicion;
import io.probeguard.probe.Pods;
import io.probeguard.probe.Workload;
import java.util.ArrayList;
import java.util.List;
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
