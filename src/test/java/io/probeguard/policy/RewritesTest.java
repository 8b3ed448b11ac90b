package io.probeguard.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.probeguard.node.Nodes;
import io.probeguard.probe.Pods;
import io.probeguard.probe.Timing;
import io.probeguard.probe.Workload;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RewritesTest {
    private static final Policy REWRITE = Policy.DEFAULT.withMode(Mode.REWRITE);
    private static final String RELAXED =
            "containers: [{name: app, livenessProbe: {exec: {}, periodSeconds: 30, timeoutSeconds: 10,"
                    + " failureThreshold: 5}}]";

    private static Review review(String annotation, String spec) {
        Workload pod = Pods.pod(", annotations: {probe-guard.io/rewritten: '" + annotation + "'}", spec);
        return Guard.review(pod, Nodes.fleet(Nodes.broken("b")), REWRITE);
    }

    @Test
    void recordsBeforeAndAfterOfWhatChanged() {
        Review review = Guard.review(
                Pods.withProbe("livenessProbe", ", periodSeconds: 4, failureThreshold: 7"),
                Nodes.fleet(Nodes.broken("b")),
                REWRITE);
        assertThat(Rewrites.annotation(review))
                .isEqualTo("[{\"container\":\"app\",\"handler\":\"liveness\",\"builds\":[\"docker-el7-1.13.1-84\"],"
                        + "\"before\":{\"periodSeconds\":4,\"timeoutSeconds\":1},"
                        + "\"after\":{\"periodSeconds\":30,\"timeoutSeconds\":10}}]");
    }

    @Test
    void isTrustedWhereTheNumbersAgree() {
        String annotation = "[{\"container\":\"app\",\"handler\":\"liveness\",\"before\":{\"periodSeconds\":4},"
                + "\"after\":{\"periodSeconds\":30}}]";
        Finding finding = review(annotation, RELAXED).findings().get(0);
        assertThat(finding.rewritten()).isTrue();
        assertThat(finding.action()).isEqualTo(Action.REWRITE);
        assertThat(finding.before()).extracting(Timing::period).isEqualTo(4);
        assertThat(finding.after()).extracting(Timing::period).isEqualTo(30);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[{\"container\":\"app\",\"handler\":\"liveness\",\"before\":{\"periodSeconds\":4},\"after\":{\"periodSeconds\":60}}]",
                "[{\"container\":\"app\",\"handler\":\"liveness\",\"before\":{\"periodSeconds\":60},\"after\":{\"periodSeconds\":30}}]",
                "[{\"container\":\"app\",\"handler\":\"liveness\",\"before\":{\"periodSeconds\":30},\"after\":{\"periodSeconds\":30}}]",
                "[{\"container\":\"app\",\"handler\":\"liveness\",\"before\":{\"periodSeconds\":0},\"after\":{\"periodSeconds\":30}}]",
                "[{\"container\":\"app\",\"handler\":\"liveness\",\"before\":{},\"after\":{}}]",
                "[{\"container\":\"app\",\"handler\":\"liveness\",\"before\":{\"periodSeconds\":4},\"after\":null}]",
                "[{\"container\":\"other\",\"handler\":\"liveness\",\"before\":{\"periodSeconds\":4},\"after\":{\"periodSeconds\":30}}]",
                "[{\"container\":\"app\",\"handler\":\"readiness\",\"before\":{\"periodSeconds\":4},\"after\":{\"periodSeconds\":30}}]",
                "[null]",
                "[{\"handler\":\"nonsense\"}]",
                "{}",
                "not json",
                ""
            })
    void isNotTrustedOtherwise(String annotation) {
        Finding finding = review(annotation, RELAXED).findings().get(0);
        assertThat(finding.rewritten()).isFalse();
        assertThat(finding.action()).isEqualTo(Action.WARN);
        assertThat(finding.before()).extracting(Timing::period).isEqualTo(30);
    }

    @Test
    void whatIsStillAsRewrittenKeepsItsPast() {
        String annotation = "[{\"container\":\"app\",\"handler\":\"liveness\",\"before\":{\"periodSeconds\":4,"
                + "\"timeoutSeconds\":1},\"after\":{\"periodSeconds\":30,\"timeoutSeconds\":10}}]";
        Finding finding = review(
                        annotation,
                        "containers: [{name: app, livenessProbe: {exec: {}, periodSeconds: 2, timeoutSeconds: 10}}]")
                .findings()
                .get(0);
        assertThat(finding.before())
                .as("the period was set by someone else since")
                .extracting(Timing::period, Timing::timeout)
                .containsExactly(2, 1);
        assertThat(finding.after()).extracting(Timing::period).isEqualTo(30);
    }

    @Test
    void neverKeepsAProbeFromBeingRewritten() {
        String annotation = "[{\"container\":\"app\",\"handler\":\"liveness\",\"before\":{\"periodSeconds\":1},"
                + "\"after\":{\"periodSeconds\":4}}]";
        Finding finding = review(annotation, "containers: [{name: app, livenessProbe: {exec: {}, periodSeconds: 4}}]")
                .findings()
                .get(0);
        assertThat(finding.action()).isEqualTo(Action.REWRITE);
        assertThat(finding.rewritten()).isFalse();
        assertThat(finding.after()).extracting(Timing::period).isEqualTo(30);
    }
}
