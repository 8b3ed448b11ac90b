package io.probeguard.node;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodePoolTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            karpenter.sh/nodepool: spot                                        | spot
            karpenter.sh/provisioner-name: default                             | default
            eks.amazonaws.com/nodegroup: ng-1                                  | ng-1
            alpha.eksctl.io/nodegroup-name: ng-2                               | ng-2
            cloud.google.com/gke-nodepool: default-pool                        | default-pool
            kubernetes.azure.com/agentpool: nodepool1                          | nodepool1
            agentpool: nodepool1                                               | nodepool1
            doks.digitalocean.com/node-pool: pool-1                            | pool-1
            kops.k8s.io/instancegroup: nodes-a                                 | nodes-a
            eks.amazonaws.com/nodegroup: ng-1, karpenter.sh/nodepool: spot     | spot
            karpenter.sh/nodepool: '', eks.amazonaws.com/nodegroup: ng-1       | ng-1
            kubernetes.io/hostname: a                                          | -
            """)
    void isToldByTheLabelOfWhoeverCreatesTheNodes(String labels, String pool) {
        assertThat(NodePool.of(Nodes.read("{kind: Node, apiVersion: v1, metadata: {name: a, labels: {" + labels + "}}}")
                        .labels()))
                .isEqualTo(pool);
    }
}
