package io.probeguard.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.probeguard.Cluster;
import io.probeguard.ControlPlane;
import io.probeguard.RealCluster;
import io.probeguard.Run;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The script of {@code scan -o drain}, run as it is printed by a real kubectl on a real API server. No kubelet runs there:
 * the test says which pods are Ready, and they end at once, as their grace period is zero.
 */
@Execution(ExecutionMode.CONCURRENT) // it waits for most of its time
class DrainScriptIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final JsonMapper JSON = new JsonMapper();
    private static final String SPEC = """
            {terminationGracePeriodSeconds: 0, affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {
              nodeSelectorTerms: [{matchExpressions: [{key: kubernetes.io/hostname, operator: In, values: [%s, spare]}]}]}}},
             containers: [{name: app, image: x, livenessProbe: {exec: {command: [x]}}}]}
            """;

    @TempDir
    private Path folder;

    @SuppressWarnings("NullAway.Init") // by the test
    private Cluster cluster;

    @Test
    @Execution(ExecutionMode.SAME_THREAD)
    void kubernetes120() throws Exception {
        try (ControlPlane started = ControlPlane.start(folder)) {
            cluster = started;
            endsAtWhatKubectlRefusesAndWaitsForABudget("policy/v1beta1");
        }
    }

    @Test
    @Execution(ExecutionMode.SAME_THREAD)
    void kubernetes137() throws Exception {
        try (RealCluster started = RealCluster.start(folder, "1.37.2")) {
            cluster = started;
            await().atMost(TIMEOUT)
                    .untilAsserted(() -> assertThat(cluster.kubectl("", "get", "serviceaccount", "default")
                                    .exitCode())
                            .as("pods need it")
                            .isZero());
            endsAtWhatKubectlRefusesAndWaitsForABudget("policy/v1");
        }
    }

    private void endsAtWhatKubectlRefusesAndWaitsForABudget(String budgets) throws Exception {
        cluster.createNode("one", "probe-guard.io/exec=broken");
        cluster.createNode("two", "probe-guard.io/exec=broken");
        cluster.createNode("spare");
        cluster.ok("", "cordon", "spare");
        create("apps/v1", "Deployment", "first", deployment("first", "one"));
        create("apps/v1", "Deployment", "held", deployment("held", "two"));
        create("v1", "Pod", "alone", SPEC.formatted("one"));
        create(budgets, "PodDisruptionBudget", "held", "{minAvailable: 1, selector: {matchLabels: {app: held}}}");
        awaitNodes("first", "one");
        awaitNodes("held", "two");
        awaitNodes("alone", "one");
        setReady("first", true);
        setReady("alone", true);
        setReady("held", false);
        cluster.ok("", "uncordon", "spare");
        await().atMost(TIMEOUT).untilAsserted(() -> assertThat(script()).contains("PodDisruptionBudget held"));

        Process refused = run("refused", script());
        assertThat(refused.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(refused.exitValue()).isEqualTo(1);
        assertThat(output("refused"))
                .contains("default/alone")
                .endsWith("one is cordoned, but not drained; the nodes after it are only cordoned\n");
        assertThat(unschedulable()).isEqualTo("one two");
        assertThat(nodes("first")).isEqualTo("one");
        assertThat(nodes("held")).isEqualTo("two");

        cluster.ok("", "delete", "pod", "alone"); // as the script said that it has no controller
        Process waits = run("waits", script());
        try {
            awaitNodes("first", "spare");
            await().atMost(TIMEOUT)
                    .untilAsserted(() -> assertThat(output("waits")).contains("disruption budget"));
            assertThat(waits.isAlive()).isTrue();
            assertThat(nodes("held")).isEqualTo("two");
            cluster.ok("", "scale", "deployment", "held", "--replicas=2");
            awaitNodes("held", "spare two");
            setReady("held", true);
            assertThat(waits.waitFor(1, TimeUnit.MINUTES)).as(output("waits")).isTrue();
            assertThat(waits.exitValue()).as(output("waits")).isZero();
            awaitNodes("held", "spare spare");
        } finally {
            waits.descendants().forEach(ProcessHandle::destroyForcibly);
            waits.destroyForcibly();
        }
        assertThat(unschedulable()).isEqualTo("one two");
    }

    private static String deployment(String name, String node) {
        return "{selector: {matchLabels: {app: " + name + "}}, template: {metadata: {labels: {app: " + name
                + "}}, spec: " + SPEC.formatted(node) + "}}";
    }

    private void create(String apiVersion, String kind, String name, String spec) throws Exception {
        cluster.ok(
                "---\n{apiVersion: " + apiVersion + ", kind: " + kind + ", metadata: {name: " + name
                        + ", labels: {app: " + name + "}}, spec: " + spec + "}",
                "create",
                "-f",
                "-");
    }

    private String script() {
        Run scan = Run.of(
                "scan",
                "-o",
                "drain",
                "--fail-on",
                "never",
                "--kubeconfig",
                cluster.kubeconfig().toString());
        assertThat(scan.exitCode()).as(scan.err()).isZero();
        return scan.out();
    }

    /** Runs it in a shell that finds the kubectl of the cluster's version, and the cluster. */
    private Process run(String name, String script) throws Exception {
        ProcessBuilder shell = new ProcessBuilder(
                        "sh",
                        Files.writeString(folder.resolve(name + ".sh"), script).toString())
                .redirectErrorStream(true)
                .redirectOutput(log(name).toFile());
        shell.environment().put("KUBECONFIG", cluster.kubeconfig().toString());
        shell.environment()
                .merge("PATH", folder.resolve("bin").toString(), (path, first) -> first + File.pathSeparator + path);
        return shell.start();
    }

    private Path log(String name) {
        return folder.resolve(name + ".log");
    }

    private String output(String name) throws Exception {
        return Files.readString(log(name));
    }

    /** The nodes of the pods of a workload. */
    private String nodes(String app) throws Exception {
        return String.join(
                " ",
                pods(app).stream()
                        .map(pod -> pod.at("/spec/nodeName").asString())
                        .sorted()
                        .toList());
    }

    private void awaitNodes(String app, String expected) {
        await().atMost(TIMEOUT).untilAsserted(() -> assertThat(nodes(app)).isEqualTo(expected));
    }

    private List<JsonNode> pods(String app) throws Exception {
        return JSON.readTree(cluster.ok("", "get", "pods", "-l", "app=" + app, "-o", "json")
                        .text())
                .path("items")
                .valueStream()
                .toList();
    }

    private String unschedulable() throws Exception {
        return cluster.ok(
                        "",
                        "get",
                        "nodes",
                        "--field-selector=spec.unschedulable=true",
                        "-o",
                        "jsonpath={.items[*].metadata.name}")
                .text();
    }

    /** As their kubelets would. */
    private void setReady(String app, boolean ready) throws Exception {
        for (JsonNode pod : pods(app)) {
            ObjectNode status = (ObjectNode) pod.path("status");
            status.put("phase", "Running");
            status.putArray("conditions").addObject().put("type", "Ready").put("status", ready ? "True" : "False");
            cluster.ok(
                    pod.toString(),
                    "replace",
                    "--raw",
                    "/api/v1/namespaces/default/pods/"
                            + pod.at("/metadata/name").asString() + "/status",
                    "-f",
                    "-");
        }
    }
}
