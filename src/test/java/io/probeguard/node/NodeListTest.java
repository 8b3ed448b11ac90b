package io.probeguard.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.probeguard.External;
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
                "{kind: List, items: [{kind: Node}]}                     | 1 | metadata.name is required",
                "{kind: List, items: [null]}                             | 1 | metadata.name is required",
                "{kind: Node, metadata: {name: a}, spec: {taints: nope}} | 1 | spec.taints must be a list",
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
}
