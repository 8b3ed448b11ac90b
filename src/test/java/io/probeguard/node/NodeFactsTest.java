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
}
