package io.probeguard.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.probeguard.Golden;
import io.probeguard.Run;
import io.probeguard.text.Version;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ScanCommandTest {
    private static final Golden GOLDEN = new Golden("scan/expected");
    private static final String NODES = "src/examples/nodes.yaml";
    private static final String PODS = "src/test/resources/scan/input/pods.yaml";

    @TempDir
    Path folder;

    @AfterAll
    static void noGoldenFileIsStale() {
        GOLDEN.checkNoneIsStale();
    }

    private static Run scan(String pods, String... args) {
        List<String> all = new ArrayList<>(List.of("scan", "--nodes", NODES, "--pods", pods));
        all.addAll(List.of(args));
        return Run.of(all.toArray(String[]::new));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "rewrite.txt,  --mode rewrite",
        "deny.txt,     --mode deny",
        "rewrite.json, --mode rewrite -o json",
        "rewrite.sarif,--mode rewrite -o sarif",
        "rewrite.html, --mode rewrite -o html",
        "drain.sh,     -o drain",
    })
    void outputs(String golden, String args) {
        Run run = scan(PODS, args.split(" ", -1));
        assertThat(run.err()).isEmpty();
        GOLDEN.check(golden, run.out().replace(Version.CURRENT, "VERSION"));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', textBlock = """
            1 | scan --nodes src/examples/nodes.yaml --pods PODS
            0 | scan --nodes src/examples/nodes.yaml --pods PODS --fail-on deny
            1 | scan --nodes src/examples/nodes.yaml --pods PODS --fail-on warn --mode rewrite
            0 | scan --nodes src/examples/nodes.yaml --pods PODS --fail-on never
            2 | scan --nodes src/examples/nodes.yaml
            2 | scan --nodes src/examples/nodes.yaml --pods gone.yaml
            2 | scan --nodes src/examples/nodes.yaml --pods src/examples/istio-sidecar-injector.yaml
            2 | scan --nodes src/examples/nodes.yaml --pods PODS --kubeconfig x
            2 | scan --kubeconfig gone
            2 | scan --kubeconfig src/examples/policy.yaml
            0 | nodes --nodes src/examples/nodes.yaml
            2 | nodes --nodes src/examples/nodes.yaml --kubeconfig x
            2 | nodes --nodes gone.yaml
            2 | nodes --nodes src/examples/nodes.yaml -o yaml
            """)
    void exitCodes(int expected, String args) {
        Run run = Run.of(args.replace("PODS", PODS).split(" ", -1));
        assertThat(run.exitCode()).as(run.err()).isEqualTo(expected);
        assertThat(run.err()).doesNotContain("\tat ", "internal error");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: Node, metadata: {name: a}}]} | 2 | pods.yaml:1: this is a Node, not a Pod; expected the output of "kubectl get pods -A -o yaml"
                    {apiVersion: v1, kind: NodeList, items: []}                        | 2 | this is a Node, not a Pod
                    {apiVersion: v1, kind: ConfigMap}                                  | 2 | this is a ConfigMap, not a Pod
                    {apiVersion: apps/v1, kind: Deployment, metadata: {name: a}, spec: {template: {spec: {containers: []}}}} | 2 | this is a Deployment, not a Pod
                    {mode: warn}                                                       | 2 | not a Kubernetes object
                    {kind: Pod, metadata: {name: a}}                                   | 2 | not a Kubernetes object
                    # nothing                                                          | 2 | no objects found
                    {apiVersion: v1, kind: List, items: []}                            | 0 |
                    {apiVersion: v1, kind: PodList, items: [{metadata: {name: a}, spec: {containers: []}}]} | 0 |
                    """, ignoreLeadingAndTrailingWhitespace = true)
    void reportsInputThatIsNotPods(String content, int exitCode, String message, @TempDir Path folder)
            throws IOException {
        Path pods = Files.writeString(folder.resolve("pods.yaml"), content + "\n");
        Run run = Run.of("scan", "--nodes", NODES, "--pods", pods.toString());
        assertThat(run.exitCode()).as(run.err()).isEqualTo(exitCode);
        assertThat(run.err()).contains(message == null ? "" : message);
    }

    @Test
    void writesValidSarif() throws IOException {
        try (InputStream schema = getClass().getResourceAsStream("/schema/sarif-schema-2.1.0.json")) {
            assertThat(SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7)
                            .getSchema(schema)
                            .validate(scan(PODS, "-o", "sarif").out(), InputFormat.JSON))
                    .isEmpty();
        }
    }

    /** The pods of one test, in YAML flow style. */
    private JsonNode json(String mode, String... pods) throws IOException {
        StringBuilder list = new StringBuilder();
        for (String pod : pods) {
            list.append("---\n{apiVersion: v1, kind: Pod, ").append(pod).append("}\n");
        }
        Path file = Files.writeString(folder.resolve("pods.yaml"), list);
        return new JsonMapper()
                .readTree(scan(file.toString(), "--mode", mode, "-o", "json").out());
    }

    private static String pod(String metadata, String spec) {
        return "metadata: {namespace: shop, " + metadata + "}, spec: {" + spec
                + ", containers: [{name: app, livenessProbe: {exec: {command: [x]}}}]}";
    }

    private static final String OF_WEB = ", ownerReferences: [{kind: ReplicaSet, name: web-6f9, controller: true}]";

    /** A pod is affected now by the node that it is on, and when it is recreated by the nodes on which it could be scheduled. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            on a flagged node   | name: a-0 | nodeName: node-2                                                   | true  | 1 | 0
            on a suspected node | name: a-0 | nodeName: node-3                                                   | false | 1 | 0
            elsewhere           | name: a-0 | nodeName: node-1                                                   | false | 1 | 0
            not scheduled       | name: a-0 | restartPolicy: Always                                              | false | 1 | 0
            static              | name: a-0, annotations: {kubernetes.io/config.mirror: x} | nodeName: node-2    | true  | 0 | 1
            opted out           | name: a-0, annotations: {probe-guard.io/skip: known}     | nodeName: node-2    | true  | 0 | 1
            """)
    void pods(String name, String metadata, String spec, boolean onFlagged, int relaxed, int leftAlone)
            throws IOException {
        JsonNode report = json("rewrite", pod(metadata, spec));
        assertThat(report.at("/workloads/0/pods/0/onFlaggedNode").asBoolean()).isEqualTo(onFlagged);
        assertThat(report.at("/summary/blastRadius/relaxed/pods").asInt()).isEqualTo(relaxed);
        assertThat(report.at("/summary/blastRadius/leftAlone/pods").asInt()).isEqualTo(leftAlone);
    }

    @Test
    void doesNotReportPodsThatCannotRunOnAFlaggedNode() throws IOException {
        JsonNode report =
                json("rewrite", pod("name: a", "nodeName: node-1, nodeSelector: {kubernetes.io/hostname: node-1}"));
        assertThat(report.path("workloads").size()).isZero();
        assertThat(report.at("/summary/execPods").asInt()).isEqualTo(1);
    }

    @Test
    void groupsPodsOfOneControllerByTheirReview() throws IOException {
        String relaxed =
                ", annotations: {probe-guard.io/rewritten: '[{\"container\": \"app\", \"handler\": \"liveness\","
                        + " \"before\": {\"timeoutSeconds\": 1, \"periodSeconds\": 10, \"failureThreshold\": 3}, \"after\":"
                        + " {\"timeoutSeconds\": 10, \"periodSeconds\": 30, \"failureThreshold\": 5}}]'}";
        JsonNode report = json(
                "rewrite",
                pod("name: web-6f9-a" + OF_WEB, "nodeName: node-2"),
                pod("name: web-6f9-b" + OF_WEB, "nodeName: node-1"),
                pod("name: web-6f9-c" + OF_WEB + relaxed, "nodeName: node-2")
                        .replace(
                                "command: [x]}",
                                "command: [x]}, timeoutSeconds: 10, periodSeconds: 30, failureThreshold: 5"));
        assertThat(report.path("workloads").size()).isEqualTo(2);
        assertThat(report.at("/workloads/0/kind").asString()).isEqualTo("Deployment");
        assertThat(report.at("/workloads/0/podsInAll").asInt()).isEqualTo(3);
        assertThat(report.at("/workloads/0/pods").toString())
                .isEqualTo(
                        "[{\"name\":\"web-6f9-a\",\"node\":\"node-2\",\"pool\":null,\"onFlaggedNode\":true,\"recreate\":true,"
                                + "\"relaxed\":false,\"state\":null},{\"name\":\"web-6f9-b\",\"node\":\"node-1\",\"pool\":null,\"onFlaggedNode\":false,"
                                + "\"recreate\":false,\"relaxed\":false,\"state\":null}]");
        assertThat(report.at("/workloads/1/pods/0/relaxed").asBoolean()).isTrue();
        assertThat(report.at("/summary/blastRadius/alreadyRelaxed").toString())
                .isEqualTo("{\"pods\":1,\"workloads\":1}");
    }

    @Test
    void podsToSteerMustBeRecreated() throws IOException {
        Path policy = Files.writeString(folder.resolve("policy.yaml"), "steer: require\n");
        Path labelled = Files.writeString(
                folder.resolve("nodes.yaml"),
                Files.readString(Path.of(NODES))
                        .replace(
                                "kubernetes.io/hostname: node-2}",
                                "kubernetes.io/hostname: node-2, probe-guard.io/flagged: docker-el7-1.13.1-84}"));
        json("rewrite", pod("name: a", "nodeName: node-2")); // writes the pods
        String pods = folder.resolve("pods.yaml").toString();
        for (String nodes : List.of(NODES, labelled.toString())) {
            boolean isLabelled = !nodes.equals(NODES);
            Run run = Run.of(
                    "scan",
                    "--nodes",
                    nodes,
                    "--pods",
                    pods,
                    "--policy",
                    policy.toString(),
                    "--mode",
                    "rewrite",
                    "-o",
                    "json");
            JsonNode report = new JsonMapper().readTree(run.out());
            assertThat(report.at("/workloads/0/pods/0/recreate").asBoolean()).isTrue();
            assertThat(report.at("/summary/blastRadius/steered/pods").asInt()).isEqualTo(isLabelled ? 1 : 0);
            assertThat(report.at("/summary/blastRadius/relaxed/pods").asInt()).isEqualTo(isLabelled ? 0 : 1);
            assertThat(report.at("/summary/sentence").asString())
                    .contains(isLabelled ? "would steer 1 pod of 1 workload" : "would relax 1 pod of 1 workload");
        }
    }

    @Test
    void onlyWarnsInKubeSystem() throws IOException {
        JsonNode report = json("deny", pod("name: a", "nodeName: node-2").replace("shop", "kube-system"));
        assertThat(report.at("/workloads/0/action").asString()).isEqualTo("warn");
        assertThat(report.at("/summary/blastRadius/refused/pods").asInt()).isZero();
    }

    @Test
    void escapesEveryValueOfThePage() throws IOException {
        json("rewrite", pod("name: a", "nodeName: node-2").replace("name: app", "name: '<script>&\"'"));
        String page = scan(folder.resolve("pods.yaml").toString(), "-o", "html").out();
        assertThat(page).doesNotContain("<script").contains("&lt;script&gt;&amp;&quot;");
    }

    @Test
    void thePageIsSelfContained() {
        assertThat(scan(PODS, "-o", "html").out()).doesNotContain("http://", "https://", "src=", "href=", "url(");
    }

    @Test
    void nodesFitATerminalAndHaveAllDetailsInTheWideForm() throws IOException {
        String name = "ip-10-0-0-1.a-region-with-a-long-name.compute.internal";
        Path nodes = Files.writeString(
                folder.resolve("nodes.yaml"),
                Files.readString(Path.of(NODES)).replace("name: node-3", "name: " + name));
        assertThat(Run.of("nodes", "--nodes", nodes.toString()).out().lines())
                .contains(name, "        always fails  suspected   docker-el7-1.13.1-84  node-info")
                .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(100));
        assertThat(Run.of("nodes", "--nodes", NODES, "-o", "wide").out().lines())
                .hasSize(4)
                .anyMatch(line -> line.startsWith("node-2  always fails  confirmed")
                        && line.contains("3.10.0-957.el7.x86_64")
                        && line.contains("update docker to 1.13.1-88 or later"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    labels: {probe-guard.io/exec: borken}             | label probe-guard.io/exec=borken is ignored: supported values are broken, healthy
                    annotations: {probe-guard.io/build: docker-el7-1} | annotation probe-guard.io/build is ignored: "docker-el7-1" is not in the catalogue (did you mean docker-el7-1.13.1-84
                    labels: {probe-guard.io/exec: healthy}            |
                    """)
    void reportsInvalidNodeMarkers(String metadata, String message) throws IOException {
        String nodes = Files.writeString(
                        folder.resolve("nodes.yaml"), "{kind: Node, metadata: {name: n, " + metadata + "}}")
                .toString();
        String text = Run.of("nodes", "--nodes", nodes).out();
        JsonNode ignored = new JsonMapper()
                .readTree(Run.of("nodes", "--nodes", nodes, "-o", "json").out())
                .at("/nodes/0/ignored");
        if (message == null) {
            assertThat(text).doesNotContain("!");
            assertThat(ignored).isEmpty();
        } else {
            assertThat(text.replaceAll("\\s+", " ")).contains("! " + message);
            assertThat(ignored.path(0).asString()).startsWith(message);
            assertThat(Run.of("nodes", "--nodes", nodes, "-o", "wide").out()).contains(message);
        }
    }

    @Test
    void writesTheDocumentedJsonOfNodes() {
        JsonNode report = new JsonMapper()
                .readTree(Run.of("nodes", "--nodes", NODES, "-o", "json").out());
        assertThat(report.path("summary").toString())
                .isEqualTo("{\"nodes\":3,\"flagged\":{\"confirmed\":1,\"observed\":0,\"suspected\":1}}");
        assertThat(report.at("/nodes/0/name").asString()).isEqualTo("node-2");
        assertThat(report.at("/nodes/0/builds/0").asString()).isEqualTo("docker-el7-1.13.1-84");
        assertThat(report.at("/nodes/2/confidence").isNull()).isTrue();
    }
}
