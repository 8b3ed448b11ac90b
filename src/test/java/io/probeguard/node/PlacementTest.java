package io.probeguard.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.probeguard.probe.Pods;
import io.probeguard.probe.Workload;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlacementTest {
    /** A node with labels zone=a, cores=8 and the name n1. */
    private static NodeFacts node(String spec) {
        return Nodes.read("{kind: Node, metadata: {name: n1, labels: {zone: a, cores: '8'}}, spec: {" + spec + "}}");
    }

    private static boolean admits(String podSpec, String nodeSpec) {
        return admits(Pods.pod(podSpec), nodeSpec);
    }

    private static boolean admits(Workload workload, String nodeSpec) {
        return Nodes.fleet(node(nodeSpec)).candidates(workload).count() == 1;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    nodeSelector: {}                     | true
                    nodeSelector: {zone: a}              | true
                    nodeSelector: {zone: a, cores: '8'}  | true
                    nodeSelector: {zone: b}              | false
                    nodeSelector: {disk: ssd}            | false
                    nodeName: n1                         | true
                    nodeName: n2                         | false
                    nodeName: ''                         | true
                    """)
    void selectors(String podSpec, boolean expected) {
        assertThat(admits(podSpec, "")).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {key: zone, operator: In, values: [a, b]}       | true
                    {key: zone, operator: In, values: [b]}          | false
                    {key: disk, operator: In, values: [ssd]}        | false
                    {key: zone, operator: NotIn, values: [b]}       | true
                    {key: zone, operator: NotIn, values: [a]}       | false
                    {key: disk, operator: NotIn, values: [ssd]}     | true
                    {key: zone, operator: Exists}                   | true
                    {key: disk, operator: Exists}                   | false
                    {key: disk, operator: DoesNotExist}             | true
                    {key: zone, operator: DoesNotExist}             | false
                    {key: cores, operator: Gt, values: ['4']}       | true
                    {key: cores, operator: Gt, values: ['8']}       | false
                    {key: cores, operator: Lt, values: ['16']}      | true
                    {key: cores, operator: Lt, values: ['8']}       | false
                    {key: zone, operator: Gt, values: ['1']}        | false
                    {key: disk, operator: Lt, values: ['1']}        | false
                    {key: cores, operator: Gt, values: ['1', '2']}  | false
                    {key: zone, operator: Like, values: [a]}        | false
                    {key: zone}                                     | false
                    {operator: Exists}                              | false
                    {operator: DoesNotExist}                        | true
                    """)
    void expressions(String expression, boolean expected) {
        assertThat(admits(affinity("{matchExpressions: [" + expression + "]}"), ""))
                .isEqualTo(expected);
    }

    private static String affinity(String terms) {
        return "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [" + terms
                + "]}}}";
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    ''                                                                                     | false
                    {}                                                                                     | false
                    {}, {matchExpressions: [{key: zone, operator: Exists}]}                                | true
                    {matchExpressions: [{key: zone, operator: Exists}, {key: disk, operator: Exists}]}     | false
                    {matchExpressions: [{key: disk, operator: Exists}]}, {matchExpressions: [{key: zone, operator: Exists}]} | true
                    null, {matchExpressions: [null, {key: zone, operator: Exists}]}                        | true
                    {matchFields: [{key: metadata.name, operator: In, values: [n1]}]}                      | true
                    {matchFields: [{key: metadata.name, operator: In, values: [n2]}]}                      | false
                    {matchFields: [{key: metadata.name, operator: NotIn, values: [n2]}]}                   | true
                    {matchFields: [{key: metadata.uid, operator: In, values: [n1]}]}                       | false
                    {matchFields: [{key: metadata.name, operator: In, values: [n1]}], matchExpressions: [{key: disk, operator: Exists}]} | false
                    """)
    void termsAreOredAndTheirPartsAnded(String terms, boolean expected) {
        assertThat(admits(affinity(terms), "")).isEqualTo(expected);
    }

    @Test
    void preferencesKeepNobodyAway() {
        assertThat(admits(
                        "affinity: {nodeAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1,"
                                + " preference: {matchExpressions: [{key: disk, operator: Exists}]}}]}}",
                        ""))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {key: k, value: v, effect: NoSchedule}       | ''                                          | false
                    {key: k, value: v, effect: NoExecute}        | ''                                          | false
                    {key: k, value: v, effect: PreferNoSchedule} | ''                                          | true
                    {key: k, value: v, effect: NoSchedule}       | {key: k, value: v, effect: NoSchedule}      | true
                    {key: k, value: v, effect: NoSchedule}       | {key: k, operator: Equal, value: v}         | true
                    {key: k, value: v, effect: NoSchedule}       | {key: k, value: w}                          | false
                    {key: k, value: v, effect: NoSchedule}       | {key: k, operator: Exists}                  | true
                    {key: k, value: v, effect: NoSchedule}       | {key: j, operator: Exists}                  | false
                    {key: k, value: v, effect: NoSchedule}       | {operator: Exists}                          | true
                    {key: k, value: v, effect: NoSchedule}       | {operator: Exists, effect: NoExecute}       | false
                    {key: k, effect: NoSchedule}                 | {key: k, effect: NoSchedule}                | true
                    {key: k, effect: NoSchedule}                 | null                                        | false
                    """)
    void taintsAndTolerations(String taint, String toleration, boolean expected) {
        assertThat(admits("tolerations: [" + toleration + "]", "taints: [" + taint + "]"))
                .isEqualTo(expected);
    }

    @Test
    void everyTaintMustBeTolerated() {
        String taints = "taints: [{key: a, effect: NoSchedule}, {key: b, effect: NoSchedule}]";
        assertThat(admits("tolerations: [{key: a, operator: Exists}]", taints)).isFalse();
        assertThat(admits("tolerations: [{key: a, operator: Exists}, {key: b, operator: Exists}]", taints))
                .isTrue();
    }

    @Test
    void cordonedNodesTakeOnlyPodsThatTolerateIt() {
        assertThat(admits("", "unschedulable: true")).isFalse();
        assertThat(admits(
                        "tolerations: [{key: node.kubernetes.io/unschedulable, operator: Exists}]",
                        "unschedulable: true"))
                .isTrue();
        assertThat(admits("nodeName: n1", "unschedulable: true")).isTrue();
    }

    @Test
    void daemonSetsTolerateWhatTheirControllerLetsThem() {
        Workload daemonSet = Pods.read(
                        "{apiVersion: apps/v1, kind: DaemonSet, spec: {template: {spec: {containers: []}}}}")
                .get(0)
                .workload();
        assertThat(admits(daemonSet, "unschedulable: true")).isTrue();
        assertThat(admits(daemonSet, "taints: [{key: node.kubernetes.io/not-ready, effect: NoExecute}]"))
                .isTrue();
        assertThat(admits(daemonSet, "taints: [{key: dedicated, effect: NoSchedule}]"))
                .isFalse();
    }

    @Test
    void knowsWhatPodsArePinnedTo() {
        String byName = "{matchFields: [{key: metadata.name, operator: In, values: [n1]}]}";
        assertThat(Placement.of(Pods.pod("nodeName: n7")).pinnedTo()).containsExactly("n7");
        assertThat(Placement.of(Pods.pod(affinity(byName))).pinnedTo()).containsExactly("n1");
        assertThat(Placement.of(Pods.pod(affinity(byName + ", {matchExpressions: [{key: zone, operator: Exists}]}")))
                        .pinnedTo())
                .isNull();
        assertThat(Placement.of(Pods.pod("")).pinnedTo()).isNull();
    }
}
