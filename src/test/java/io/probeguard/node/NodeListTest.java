package io.probeguard.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.probeguard.External;
import io.probeguard.catalogue.NodeInfo;
import io.probeguard.text.SourceText;
import io.probeguard.yaml.DocumentException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeListTest {
    private static List<NodeFacts> read(String yaml) {
        return NodeList.read(new SourceText("nodes.yaml", yaml));
    }

    @Test
    void readsAListTheWayKubectlPrintsIt() {
        List<NodeFacts> nodes = read("""
                apiVersion: v1
                kind: List
                items:
                - apiVersion: v1
                  kind: Node
                  metadata:
                    name: a
                    labels: {zone: a}
                    annotations: {probe-guard.io/packages: x-1-1, probe-guard.io/build: b, other: c}
                  spec:
                    unschedulable: true
                    taints: [{key: node.kubernetes.io/unschedulable, effect: NoSchedule}, {key: k, value: v, effect: NoExecute}]
                  status:
                    images: [{names: [x], sizeBytes: 7}]
                    someNewField: {a: 1}
                    nodeInfo: {containerRuntimeVersion: "containerd://1.7.14", osImage: Ubuntu}
                """);
        assertThat(nodes).singleElement().satisfies(node -> {
            assertThat(node.labels()).containsEntry("zone", "a");
            assertThat(node.packages()).isEqualTo("x-1-1");
            assertThat(node.build()).isEqualTo("b");
            assertThat(node.taints()).hasSize(2).contains(NodeFacts.UNSCHEDULABLE);
            assertThat(node.info().containerRuntimeVersion()).isEqualTo("containerd://1.7.14");
            assertThat(node.info().kernelVersion()).isEmpty();
        });
    }

    @Test
    void takesNullForAbsent() {
        assertThat(read(
                        "{kind: Node, metadata: {name: a, labels: {x: , y: z}, annotations: null}, spec: {taints: [null]},"
                                + " status: {conditions: [null], nodeInfo: null}}"))
                .singleElement()
                .satisfies(node -> assertThat(node.labels()).containsExactly(Map.entry("y", "z")));
        assertThat(read("{kind: Node, metadata: {name: a}, spec: {taints: null}, status: {conditions: null}}"))
                .hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{kind: Pod, metadata: {name: a}}                        | 1 | expected a Node, found a Pod",
                "{kind: PodList, items: [{metadata: {name: a}}]}         | 1 | expected a Node, found a Pod",
                "{kind: List, items: []}                                 | 1 | no nodes found",
                "NAME   STATUS   VERSION   CONTAINER-RUNTIME             | 1 | no nodes found",
                "{kind: List, items: [{kind: Node}]}                     | 1 | metadata.name is required",
                "{kind: List, items: [null]}                             | 1 | metadata.name is required",
                "{kind: Node, metadata: {name: a}, spec: {taints: nope}} | 1 | spec.taints must be a list",
                "''                                                      | 1 | no nodes found",
                "'just text' | 1 | the value must be a mapping",
                "'a: ['                                                  | 1 | while parsing",
            })
    void saysWhatIsWrongAndWhere(String yaml, int line, String message) {
        assertThatThrownBy(() -> read(yaml))
                .isInstanceOfSatisfying(
                        DocumentException.class, e -> assertThat(e.line()).isEqualTo(line))
                .hasMessageContaining(message);
    }

    @Test
    void readsEveryNodeOfTheCorpus() throws IOException {
        try (Stream<Path> files =
                Files.list(External.folder("PROBE_GUARD_CORPUS").resolve("node"))) {
            List<Path> nodeFiles =
                    files.filter(file -> !file.toString().endsWith(".txt")).toList();
            assertThat(nodeFiles)
                    .hasSizeGreaterThan(20)
                    .allSatisfy(file -> assertThat(read(Files.readString(file))).isNotEmpty());
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "16, 16", "4000m, 4", "many,", "null,"})
    void cpusAreCounted(String cpu, Integer cpus) {
        assertThat(Nodes.read("{kind: Node, metadata: {name: n}, status: {capacity: {cpu: " + cpu
                                + "}, nodeInfo: {kubeletVersion: v1.30.0}}}")
                        .info()
                        .cpus())
                .isEqualTo(cpus);
    }

    @Test
    void readsATableForPeopleByTheNamesOfItsColumns() {
        List<NodeFacts> nodes = read("""
                NAME     STATUS   ROLES    AGE   VERSION               INTERNAL-IP   EXTERNAL-IP   OS-IMAGE                KERNEL-VERSION              ARCHITECTURE   CONTAINER-RUNTIME
                node-1   Ready    <none>   90d   v1.11.5+d4cacc0       10.0.0.11     <none>        CentOS Linux 7 (Core)   3.10.0-957.1.3.el7.x86_64   amd64          docker://1.13.1
                node-2   Ready    <none>   90d   v1.30.4-eks-a737599   10.0.0.12     <none>        Amazon Linux 2023       6.1.109-118.189.amzn2023    arm64          containerd://1.7.20
                node-3   Ready    <none>   90d   v1.30.4  10.0.0.12  <none>  Amazon Linux 2023  6.1.109  arm64  <unknown>
                node-4   Ready    <none>   90d   v1.30.4               10.0.0.14     <none>        Flatcar  4081           6.6.54                      amd64          containerd://1.7.21
                node-5   Ready    <none>   90d   v1.30.4
                """);
        assertThat(nodes).extracting(NodeFacts::name).containsExactly("node-1", "node-2", "node-3", "node-4", "node-5");
        assertThat(nodes)
                .extracting(NodeFacts::info)
                .containsExactly(
                        new NodeInfo(
                                "docker://1.13.1",
                                "CentOS Linux 7 (Core)",
                                "3.10.0-957.1.3.el7.x86_64",
                                "v1.11.5+d4cacc0"),
                        new NodeInfo(
                                "containerd://1.7.20",
                                "Amazon Linux 2023",
                                "6.1.109-118.189.amzn2023",
                                "v1.30.4-eks-a737599"),
                        new NodeInfo("", "Amazon Linux 2023", "6.1.109", "v1.30.4"),
                        new NodeInfo("containerd://1.7.21", "Flatcar  4081", "6.6.54", "v1.30.4"),
                        new NodeInfo("", "", "", "v1.30.4"));
        assertThat(Nodes.fleet(nodes.toArray(NodeFacts[]::new)).members())
                .allSatisfy(node -> assertThat(node.ignored())
                        .containsExactly(
                                "labels, annotations and taints are not in this output: every pod is taken to be able to"
                                        + " run here"));
    }

    @Test
    void saysWhichTableHasTooLittle() {
        assertThatThrownBy(() -> read(
                        "\n\nNAME     STATUS   ROLES    AGE   VERSION\nnode-1   Ready    <none>   90d   v1.30.4\n"))
                .isInstanceOfSatisfying(
                        DocumentException.class, e -> assertThat(e.line()).isEqualTo(3))
                .hasMessageContaining(
                        "no column CONTAINER-RUNTIME; expected the output of \"kubectl get nodes -o yaml\"");
    }

    @Test
    void readsADescriptionWithItsLabelsAndTaints() {
        List<NodeFacts> nodes = read("""
                Name:               a
                Roles:              <none>
                Labels:             kubernetes.io/os=linux
                                    zone=b
                Annotations:        probe-guard.io/packages: runc 1.4.0-1
                                    volumes.kubernetes.io/controller-managed-attach-detach: true
                CreationTimestamp:  Sat, 20 May 2023 03:17:57 +0000
                Taints:             k=v:NoSchedule
                                    node.kubernetes.io/unschedulable:NoSchedule
                Unschedulable:      true
                System Info:
                  Machine ID:                 x
                  Kernel Version:             6.1.109
                  OS Image:                   Debian GNU/Linux 12 (bookworm)
                  Operating System:           linux
                  Architecture:               amd64
                  Container Runtime Version:  containerd://1.7.20
                  Kubelet Version:            v1.30.4
                Events:              <none>

                Name:               b
                Taints:             <none>
                Unschedulable:      false
                System Info:
                  Container Runtime Version:  docker://19.3.9
                """);
        assertThat(nodes).extracting(NodeFacts::name).containsExactly("a", "b");
        NodeFacts node = nodes.get(0);
        assertThat(node.labels()).containsEntry("zone", "b").containsEntry("kubernetes.io/os", "linux");
        assertThat(node.packages()).isEqualTo("runc 1.4.0-1");
        assertThat(node.taints()).containsExactly(new NodeFacts.Taint("k", "v", "NoSchedule"), NodeFacts.UNSCHEDULABLE);
        assertThat(node.info())
                .isEqualTo(new NodeInfo(
                        "containerd://1.7.20", "Debian GNU/Linux 12 (bookworm)", "6.1.109", "v1.30.4", null, "linux"));
        assertThat(nodes.get(1).taints()).isEmpty();
        assertThat(nodes.get(1).info().containerRuntimeVersion()).isEqualTo("docker://19.3.9");
    }
}
