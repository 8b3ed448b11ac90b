package io.probeguard.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.probeguard.catalogue.NodeInfo;
import io.probeguard.node.Fleet;
import io.probeguard.node.NodeFacts;
import io.probeguard.node.NodeLabel;
import io.probeguard.node.Nodes;
import io.probeguard.probe.Pods;
import io.probeguard.probe.Workload;
import io.probeguard.text.SourceText;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SteeringTest {
    private static final String CONTAINERS =
            "containers: [{name: app, livenessProbe: {exec: {command: [x]}, periodSeconds: 4}}]";
    private static final NodeInfo HANGS = new NodeInfo("containerd://1.7.14", "Ubuntu 22.04", "5.15", "v1.30.0");

    private static Policy policy(String yaml) {
        return PolicyFile.read(new SourceText("policy.yaml", yaml));
    }

    private static Review review(String policy, String spec, NodeFacts... nodes) {
        return Guard.review(Pods.pod(CONTAINERS + spec), Nodes.fleet(nodes), policy(policy));
    }

    private static NodeFacts[] nodes(String letters) {
        return letters.chars()
                .mapToObj(letter -> switch (letter) {
                    case 'b' ->
                        Nodes.read("{kind: Node, metadata: {name: broken-b, labels: {probe-guard.io/exec: broken,"
                                + " probe-guard.io/flagged: docker-el7-1.13.1-84},"
                                + " annotations: {probe-guard.io/build: docker-el7-1.13.1-84}}}");
                    case 'u' -> Nodes.broken("unlabelled");
                    case 's' -> Nodes.node("suspected", Nodes.EL7_DOCKER);
                    case 't' -> Nodes.node("timing-helps", HANGS);
                    default -> Nodes.healthy("healthy");
                })
                .toArray(NodeFacts[]::new);
    }

    /** Nodes: b always fails and has its label, u has none yet, t hangs intermittently, s is suspected of b, h is healthy. */
    @ParameterizedTest(name = "{0} on {1}{2}: {3}, {4} findings")
    @CsvSource(delimiter = '|', textBlock = """
            {mode: rewrite, steer: require}                                | bh  |                    | REQUIRE | 0
            {mode: rewrite, steer: require}                                | uh  |                    | REQUIRE | 1
            {mode: rewrite, steer: require}                                | ubh |                    | REQUIRE | 1
            {mode: rewrite, steer: prefer}                                 | bh  |                    | PREFER  | 1
            {mode: rewrite}                                                | bh  |                    |         | 1
            {mode: rewrite, steer: off}                                    | bh  |                    |         | 1
            {mode: warn, steer: require}                                   | bh  |                    |         | 1
            {mode: deny, steer: require}                                   | bh  |                    |         | 1
            {mode: off, steer: require}                                    | bh  |                    |         | 1
            {mode: warn, steer: require, namespaces: {shop: rewrite}}      | bh  |                    | REQUIRE | 0
            {mode: rewrite, steer: require}                                | b   |                    |         | 1
            {mode: rewrite, steer: require}                                | h   |                    |         | 0
            {mode: rewrite, steer: require}                                | sh  |                    |         | 1
            {mode: rewrite, steer: require, suspicion: act}                | sh  |                    |         | 1
            {mode: rewrite, steer: require}                                | th  |                    |         | 1
            {mode: rewrite, steer: require}                                | bt  |                    | REQUIRE | 1
            {mode: rewrite, steer: require}                                | bs  |                    | REQUIRE | 1
            {mode: rewrite, steer: require}                                | bh  | , nodeName: healthy |        | 0
            {mode: rewrite, steer: require}                                | bh  | , nodeName: broken-b |       | 1
            {mode: rewrite, steer: require}                                | bh  | , nodeName: ''       | REQUIRE | 0
            {mode: rewrite, steer: require, when: {rewrite: all}}          | bh  |                    | REQUIRE | 0
            {mode: rewrite, steer: require, exemptions: [{kind: Pod, reason: x}]} | bh |              |         | 1
            """)
    void decides(String policy, String letters, String spec, SteeringMode how, int findings) {
        Review review = review(policy, spec == null ? "" : spec, nodes(letters));
        assertThat(review.steering() == null ? null : review.steering().how()).isEqualTo(how);
        assertThat(review.findings()).hasSize(findings);
        if (how != null) {
            assertThat(review.steering())
                    .extracting(Steering::builds, InstanceOfAssertFactories.LIST)
                    .containsExactly("docker-el7-1.13.1-84");
            assertThat(review.action()).isEqualTo(Action.REWRITE);
        }
    }

    @Test
    void aDaemonSetAndItsPodsKeepTheirNodes() {
        Fleet fleet = Nodes.fleet(nodes("bh"));
        Policy require = policy("{mode: rewrite, steer: require}");
        Workload pod = Pods.pod(
                ", ownerReferences: [{kind: DaemonSet, name: agent, controller: true}]",
                CONTAINERS
                        + ", affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms:"
                        + " [{matchFields: [{key: metadata.name, operator: In, values: [broken-b]}]}]}}}");
        Workload daemonSet = Pods.read(
                        "{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: agent}, spec: {template: {spec: {"
                                + CONTAINERS + "}}}}")
                .get(0)
                .workload();
        for (Workload workload : new Workload[] {pod, daemonSet}) {
            Review review = Guard.review(workload, fleet, require);
            assertThat(review.steering()).isNull();
            assertThat(review.findings()).hasSize(1);
        }
    }

    @Test
    void onlyPodsThatCanMeetThemAreSteered() {
        NodeFacts broken =
                Nodes.read("{kind: Node, metadata: {name: b, labels: {probe-guard.io/exec: broken, pool: old},"
                        + " annotations: {probe-guard.io/build: docker-el7-1.13.1-84}}}");
        Review elsewhere =
                review("{mode: rewrite, steer: require}", ", nodeSelector: {pool: new}", broken, Nodes.healthy("h"));
        assertThat(elsewhere.steering()).isNull();
        Review stuck =
                review("{mode: rewrite, steer: require}", ", nodeSelector: {pool: old}", broken, Nodes.healthy("h"));
        assertThat(stuck.steering()).as("no other node would be left").isNull();
        assertThat(stuck.action()).isEqualTo(Action.REWRITE);
    }

    @Test
    void theLabelSaysTheWorstBuildOfASureFlag() {
        NodeFacts stale = Nodes.read("{kind: Node, metadata: {name: healed, labels: {probe-guard.io/flagged: old}}}");
        NodeFacts labelled = Nodes.read(
                "{kind: Node, metadata: {name: labelled, labels: {probe-guard.io/exec: broken,"
                        + " probe-guard.io/flagged: docker-el7-1.13.1-84}, annotations: {probe-guard.io/build: docker-el7-1.13.1-84}}}");
        NodeFacts unnamed =
                Nodes.read("{kind: Node, metadata: {name: unnamed, labels: {probe-guard.io/exec: broken}}}");
        Fleet fleet = Nodes.fleet(
                Nodes.broken("b"),
                Nodes.healthy("h"),
                Nodes.node("s", Nodes.EL7_DOCKER),
                Nodes.node("t", HANGS),
                stale,
                labelled,
                unnamed);
        assertThat(fleet.wantedLabels(NodeLabel.FLAGGED))
                .isEqualTo(Map.of("b", "docker-el7-1.13.1-84", "t", "containerd-1.7.14", "healed", ""));
    }
}
