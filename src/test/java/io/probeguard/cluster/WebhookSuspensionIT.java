package io.probeguard.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.probeguard.ControlPlane;
import io.probeguard.Jar;
import io.probeguard.Jar.Serve;
import io.probeguard.RealCluster;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Real API servers, with and without matchConditions, which are kept from calling while no node is flagged. */
@Execution(ExecutionMode.CONCURRENT) // it waits for most of its time
class WebhookSuspensionIT {
    private static final int PODS = 1000;
    private static final String POD = """
            {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "%s", "namespace": "default"}, "spec": {
              "containers": [{"name": "app", "image": "x", "livenessProbe": {"exec": {"command": ["x"]}}}]}}
            """;

    private static final String NAMESPACE = """
            {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "team", "labels": {"probe-guard.io/mode": "rewrit"}}}
            """;

    @TempDir
    Path folder;

    @SuppressWarnings("NullAway.Init") // by each test
    private RealCluster cluster;

    private final int management = ControlPlane.freePort();
    private final int console = ControlPlane.freePort();

    WebhookSuspensionIT() throws IOException {}

    @ParameterizedTest
    @Execution(ExecutionMode.SAME_THREAD)
    @ValueSource(strings = {"1.20.2", "1.37.2"})
    void aHealthyClusterPaysNothing(String kubernetes) throws Exception {
        try (RealCluster started = RealCluster.start(folder, kubernetes)) {
            cluster = started;
            paysNothing();
        }
    }

    private void paysNothing() throws Exception {
        cluster.ok(
                "{\"apiVersion\": \"v1\", \"kind\": \"Node\", \"metadata\": {\"name\": \"node\"}}", "apply", "-f", "-");
        cluster.ok("", "create", "namespace", "probe-guard");
        try (Serve serve = serve()) {
            cluster.ok(serve.manifest(), "apply", "-f", "-");
            Process first = keeper("first");
            await().atMost(Duration.ofSeconds(60)).until(() -> log("first").contains("became the leader"));
            Process second = keeper("second");
            try {
                suspendsAndResumes(serve.manifest());
                first.destroyForcibly().waitFor();
                label("true", Duration.ofSeconds(40));
                flag("=broken");
                label("", Duration.ofSeconds(15));
                assertThat(create("next-after-the-leader-was-killed")).contains("probe-guard.io/rewritten");
            } finally {
                first.destroyForcibly();
                second.destroyForcibly();
            }
        }
    }

    private void suspendsAndResumes(String manifest) throws Exception {
        label("true", Duration.ofSeconds(60));
        await().atMost(Duration.ofSeconds(5)).until(() -> metric("probe_guard_calls_suspended") == 1);
        assertThat(console()).contains("API servers do not ask about new pods");
        Thread.sleep(1000); // the API server watches its webhook configurations itself
        String many = IntStream.range(0, PODS)
                .mapToObj(i -> POD.formatted("pod-" + i))
                .collect(Collectors.joining(",", "{\"apiVersion\": \"v1\", \"kind\": \"List\", \"items\": [", "]}"));
        double before = reviews();
        cluster.ok(many, "create", "-f", "-");
        assertThat(reviews() - before).isZero();
        assertThat(create("in-peace")).doesNotContain("probe-guard.io/rewritten");
        // Namespaces are reviewed all the while.
        assertThat(cluster.ok(NAMESPACE, "create", "-f", "-").text()).contains("\"rewrit\" is not a mode");

        compareAndApplyAgain(manifest);
        restoreFromBackup();
        // Whoever takes the label away does not keep the calls from being resumed.
        cluster.ok("", "label", "mutatingwebhookconfiguration", "probe-guard", "probe-guard.io/suspended-");
        flag("=broken");
        assertThat(label("", Duration.ofSeconds(10))).isLessThan(Duration.ofSeconds(4));
        await().atMost(Duration.ofSeconds(5)) // kubectl itself may take seconds beside other tests
                .pollInterval(Duration.ofMillis(100))
                .until(() -> create("next-" + System.nanoTime()).contains("probe-guard.io/rewritten"));
        await().atMost(Duration.ofSeconds(5)).until(() -> metric("probe_guard_calls_suspended") == 0);
        assertThat(console()).doesNotContain("API servers do not ask about new pods");
        flag("-");
    }

    /** What tools do that keep a cluster as it is written in a repository, as Argo CD, which finds no difference. */
    private void compareAndApplyAgain(String manifest) throws Exception {
        cluster.ok(manifest, "diff", "-f", "-");
        cluster.assertAppliedServerSide(manifest);
        cluster.ok(manifest, "apply", "-f", "-");
        label("true", Duration.ofSeconds(5));
        cluster.ok(
                manifest,
                "apply",
                "--server-side",
                "--force-conflicts",
                "--field-manager=argocd-controller",
                "-f",
                "-");
        label("true", Duration.ofSeconds(5));
    }

    /** Creates both configurations anew as they are, so that whoever does it owns the suspension. */
    private void restoreFromBackup() throws Exception {
        JsonNode backup = new JsonMapper()
                .readTree(cluster.ok(
                                "",
                                "get",
                                "mutatingwebhookconfiguration/probe-guard",
                                "validatingwebhookconfiguration/probe-guard",
                                "-o",
                                "json")
                        .text());
        for (JsonNode each : backup.path("items")) {
            ((ObjectNode) each.path("metadata")).remove(List.of("managedFields", "resourceVersion", "uid"));
        }
        cluster.ok(backup.toString(), "replace", "--force", "-f", "-");
        label("true", Duration.ofSeconds(5));
    }

    private void flag(String change) throws Exception {
        cluster.ok("", "label", "node", "node", "probe-guard.io/exec" + change);
    }

    /** Creates a pod and returns it as it is stored. */
    private String create(String name) throws Exception {
        cluster.ok(POD.formatted(name), "create", "-f", "-");
        return cluster.ok("", "get", "pod", name, "-o", "json").text();
    }

    /** How long it took until both configurations have the label. */
    private Duration label(String value, Duration most) {
        long start = System.nanoTime();
        await().atMost(most)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> cluster.ok(
                                "",
                                "get",
                                "mutatingwebhookconfiguration/probe-guard",
                                "validatingwebhookconfiguration/probe-guard",
                                "-o",
                                "jsonpath={range .items[*]}[{.metadata.labels.probe-guard\\.io/suspended}]{end}")
                        .text()
                        .equals("[" + value + "][" + value + "]"));
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private double reviews() throws IOException, InterruptedException {
        return metric("probe_guard_review_duration_seconds_count");
    }

    /** The sum of all series of a metric. */
    private double metric(String name) throws IOException, InterruptedException {
        return get("http://127.0.0.1:" + management + "/metrics")
                .lines()
                .filter(line -> line.startsWith(name))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    private String console() throws IOException, InterruptedException {
        return get("http://localhost:" + console + "/console/");
    }

    private static String get(String url) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString())
                .body();
    }

    private Serve serve() throws IOException {
        return Serve.start(
                folder,
                "--kubeconfig",
                cluster.kubeconfig().toString(),
                "--mode",
                "rewrite",
                "--webhooks",
                "probe-guard",
                "--management-port",
                String.valueOf(management),
                "--console-port",
                String.valueOf(console));
    }

    private Process keeper(String name) throws IOException {
        return Jar.command("webhooks", "--kubeconfig", cluster.kubeconfig().toString(), "--suspend-after", "3s")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(name + ".log").toFile())
                .start();
    }

    private String log(String name) throws IOException {
        return Files.readString(folder.resolve(name + ".log"));
    }
}
