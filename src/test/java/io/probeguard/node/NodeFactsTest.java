package io.probeguard.node;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeFactsTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    docker-el7-1.13.1-84 | whatever: it says                                          | docker-el7-1.13.1-84
                    KnownBrokenBuild     | 'docker-el7-1.13.1-84: docker 1.13.1-84.git07f3374.el7'    | docker-el7-1.13.1-84
                    KnownBrokenBuild     | no id                                                      | KnownBrokenBuild
                    KnownBrokenBuild     | ''                                                         | KnownBrokenBuild
                    """)
    void theConditionNamesTheBuildByReasonOrMessage(String reason, String message, String id) {
        NodeFacts node = Nodes.read(String.format(
                "{kind: Node, metadata: {name: n}, status: {conditions: [{type: ExecProbeBroken, status: 'True',"
                        + " reason: '%s', message: '%s'}]}}",
                reason, message));
        assertThat(node.execBroken()).isEqualTo(new NodeFacts.Condition(true, id, null));
    }

    /** Messages are those of pkg/kubelet/kubelet.go and runtime.go, and of node-problem-detector's health checker. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
                    Ready                     | False   | PLEG is not healthy: pleg was last seen active 3m ago | Ready: PLEG is not healthy: pleg was last seen active 3m ago
                    Ready                     | Unknown | container runtime is down                             | Ready: container runtime is down
                    Ready                     | True    | container runtime is down                             | -
                    Ready                     | False   | container runtime network not ready                   | -
                    Ready                     | False   | -                                                     | -
                    MemoryPressure            | True    | container runtime is down                             | -
                    ContainerRuntimeUnhealthy | True    | docker is unhealthy                                   | ContainerRuntimeUnhealthy: docker is unhealthy
                    ContainerRuntimeUnhealthy | False   | docker is healthy                                     | -
                    """)
    void aRuntimeThatDoesNotAnswerIsTrouble(String type, String status, String message, String trouble) {
        NodeFacts node = Nodes.read(String.format(
                "{kind: Node, metadata: {name: n}, status: {conditions: [{type: %s, status: '%s', message: %s}]}}",
                type, status, message == null ? "null" : "'" + message + "'"));
        assertThat(node.trouble()).isEqualTo(trouble);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {key: node.kubernetes.io/unschedulable, effect: NoSchedule} | false
                    {key: node.kubernetes.io/not-ready, effect: NoSchedule}     | true
                    """)
    void aCordonedNodeGetsNoNewPods(String taint, boolean schedulable) {
        assertThat(Nodes.read("{kind: Node, metadata: {name: n}, spec: {taints: [" + taint + "]}}")
                        .isSchedulable())
                .isEqualTo(schedulable);
    }
}
