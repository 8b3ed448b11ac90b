package io.probeguard.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.probeguard.node.Nodes;
import io.probeguard.probe.Pods;
import io.probeguard.probe.Workload;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WordsTest {
    private static List<String> warnings(String spec, Mode mode) {
        Workload pod = Pods.pod(spec);
        Review review =
                Guard.review(pod, Nodes.fleet(Nodes.broken("b1"), Nodes.healthy("h1")), Policy.DEFAULT.withMode(mode));
        return Words.warnings(review, false);
    }

    private static String container(String name) {
        return "{name: '" + name + "', livenessProbe: {exec: {}, periodSeconds: 4}, readinessProbe: {exec: {}}}";
    }

    @Test
    void saysWhatWhereWhyAndWhatToDo() {
        assertThat(warnings("containers: [" + container("app") + "]", Mode.WARN))
                .containsExactly(
                        "app: exec (liveness, readiness) always fails on 1 of 2 nodes (docker-el7-1.13.1-84):"
                                + " restart loop after 8 to 12 s, never Ready",
                        "docker-el7-1.13.1-84: update docker to 1.13.1-88 or later; longer timing cannot heal it");
    }

    @Test
    void saysWhatIsRewritten() {
        assertThat(warnings("containers: [" + container("app") + "]", Mode.REWRITE))
                .hasSize(4)
                .contains(
                        "app: liveness of its pods will be relaxed: period 4 -> 30 s, timeout 1 -> 10 s,"
                                + " failureThreshold 3 -> 5; restart loop after 120 to 150 s",
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
        assertThat(warnings).allSatisfy(warning -> assertThat(warning).hasSizeLessThanOrEqualTo(Words.LONGEST));
        assertThat(warnings.stream().mapToInt(String::length).sum()).isLessThan(4096);
        assertThat(warnings).last().asString().matches("and \\d+ more warnings of this kind");
    }

    @Test
    void holdsNoControlCharacter() {
        Workload pod = Pods.pod("containers: [{name: \"a\\nb\\u001b[31m\\u0000\\t\", livenessProbe: {exec: {}}}]");
        Review review = Guard.review(pod, Nodes.fleet(Nodes.broken("b1")), Policy.DEFAULT);
        assertThat(Words.warnings(review, false).get(0)).startsWith("a?b?[31m??: exec");
        assertThat(review.findings().get(0).message()).doesNotContainPattern("\\p{Cntrl}");
    }

    @Test
    void namesNoPod() {
        Workload pod = Pods.pod("containers: [" + container("app") + "]");
        Review review = Guard.review(pod, Nodes.fleet(Nodes.broken("b1")), Policy.DEFAULT.withMode(Mode.DENY));
        assertThat(Words.warnings(review, false)).noneMatch(warning -> warning.contains("cart"));
        assertThat(Words.denial(review)).doesNotContain("cart").startsWith("probe-guard refuses this pod: app: exec");
    }
}
