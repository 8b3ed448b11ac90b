package io.probeguard.scan;

import static org.assertj.core.api.Assertions.assertThat;

import io.probeguard.cluster.DisruptionBudget;
import io.probeguard.node.Nodes;
import io.probeguard.policy.Policy;
import io.probeguard.probe.Pods;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said of PodDisruptionBudgets that hold back pods on flagged nodes. */
class DrainTextTest {
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            not Ready, too few are             | bad  | False | 0 | 1 | IfHealthyBudget | PodDisruptionBudget web holds back a drain: 0 of 1 desired healthy pod; delete those of its pods that are not Ready, since budgets only hold back evictions, or set its unhealthyPodEvictionPolicy to AlwaysAllow (Kubernetes 1.27 and later)
            not Ready, and always allowed      | bad  | False | 0 | 1 | AlwaysAllow     | -
            not Ready, but enough others are   | bad  | False | 2 | 2 | IfHealthyBudget | -
            Ready, and none may go             | bad  | True  | 2 | 2 | IfHealthyBudget | PodDisruptionBudget web holds back a drain: 2 of 2 desired healthy pods; raise the replicas, or lower the budget, before the drain
            Ready, of too few, always allowed  | bad  | True  | 1 | 2 | AlwaysAllow     | PodDisruptionBudget web holds back a drain: 1 of 2 desired healthy pods; pods that are not Ready can be evicted
            on a node that is not flagged      | good | False | 0 | 1 | IfHealthyBudget | -
            """)
    void saysHowToDrainAllTheSame(
            String name, String node, String ready, int current, int desired, String policy, String expected) {
        Scan scan = new Scan(Nodes.fleet(Nodes.broken("bad"), Nodes.healthy("good")), Policy.DEFAULT, none -> null);
        scan.add(Pods.read("{apiVersion: v1, kind: Pod, metadata: {namespace: shop, name: web-1}, spec: {nodeName: "
                        + node + ", containers: [{name: app, readinessProbe: {exec: {command: [x]}}}]},"
                        + " status: {conditions: [{type: Ready, status: '" + ready + "'}]}}")
                .get(0)
                .workload());
        scan.setExhausted(List.of(
                budget("shop", "web", Set.of("web-1", "web-2"), current, desired, policy),
                budget("shop", "others", Set.of("web-2"), 0, 1, policy),
                budget("elsewhere", "web", Set.of("web-1"), 0, 1, policy)));
        assertThat(scan.report().workloads())
                .singleElement()
                .satisfies(workload ->
                        assertThat(DrainText.of(workload)).isEqualTo(expected == null ? List.of() : List.of(expected)));
        assertThat(scan.namespacesOnFlagged()).isEqualTo(node.equals("bad") ? Set.of("shop") : Set.of());
    }

    private static DisruptionBudget budget(
            String namespace, String name, Set<String> pods, int current, int desired, String policy) {
        return new DisruptionBudget(namespace, name, pods, current, desired, policy.equals("AlwaysAllow"));
    }
}
