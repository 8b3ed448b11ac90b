package io.probeguard.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.probeguard.ControlPlane;
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
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A real API server with a ConfigMap that flags a node, is broken, is repaired, and is deleted. */
@Execution(ExecutionMode.CONCURRENT) // it waits for most of its time
class CatalogueConfigMapIT {
    /** What the documentation promises. */
    private static final Duration SOON = Duration.ofSeconds(10);

    private static final Path EXAMPLE = Path.of("src/examples/catalogue.yaml");
    private static final String POD = """
            {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "%s", "namespace": "default"}, "spec": {
              "containers": [{"name": "app", "image": "x", "livenessProbe": {"exec": {"command": ["x"]}}}]}}
            """;

    @TempDir
    Path folder;

    private RealCluster cluster;
    private int management;
    private int console;

    @BeforeEach
    void start() throws Exception {
        management = ControlPlane.freePort();
        console = ControlPlane.freePort();
        cluster = RealCluster.start(folder, "1.37.2");
    }

    @AfterEach
    void stop() throws Exception {
        if (cluster != null) { // null where it cannot run, which it has said
            cluster.close();
        }
    }

    @Test
    void aChangeIsInUseWithinSeconds() throws Exception {
        cluster.ok("""
                {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "node",
                  "annotations": {"probe-guard.io/packages": "runc-2.0.7-1.acme"}}}
                """, "apply", "-f", "-");
        cluster.ok("", "create", "namespace", "probe-guard");
        try (Serve serve = Serve.start(
                folder,
                "--kubeconfig",
                cluster.kubeconfig().toString(),
                "--mode",
                "rewrite",
                "--catalogue-configmap",
                "mine",
                "--management-port",
                String.valueOf(management),
                "--console-port",
                String.valueOf(console))) {
            cluster.ok(serve.manifest(), "apply", "-f", "-");
            await().atMost(Duration.ofMinutes(1)).until(() -> ready().equals("ok"));
            assertThat(flagged()).isZero();

            configMap("create", Files.readString(EXAMPLE));
            soon(() -> flagged() == 1);
            soon(() -> console().contains("acme-runc-2.0.7"));
            soon(() -> create("pod-" + System.nanoTime()).contains("probe-guard.io/rewritten"));
            soon(() -> metric("probe_guard_affected_workloads{build=\"acme-runc-2.0.7\"}") == 0
                    && metric("probe_guard_background_review_age_seconds") < SOON.toSeconds());

            configMap("replace", Files.readString(EXAMPLE).replace("effect:", "efect:"));
            soon(() -> metric("probe_guard_catalogue_rejected") == 1);
            assertThat(flagged()).isEqualTo(1);
            assertThat(ready()).contains("catalogue.yaml:").contains("effect is required");
            assertThat(console()).contains("the last good entries stay in use").contains("effect is required");
            assertThat(create("while-broken")).contains("probe-guard.io/rewritten");
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(cluster.ok("", "describe", "configmap", "mine", "-n", "probe-guard")
                                    .text())
                            .contains("CatalogueRejected")
                            .contains("effect is required"));
            assertThat(serve.log()).contains("WARN").contains("effect is required");

            configMap("replace", "entries: []");
            soon(() -> flagged() == 0);
            assertThat(metric("probe_guard_catalogue_rejected")).isZero();
            assertThat(ready()).isEqualTo("ok");

            configMap("replace", Files.readString(EXAMPLE));
            soon(() -> flagged() == 1);
            cluster.ok("", "delete", "configmap", "mine", "-n", "probe-guard");
            soon(() -> flagged() == 0);
            assertThat(ready()).isEqualTo("ok");
            assertThat(create("after-it-is-gone")).doesNotContain("probe-guard.io/rewritten");
            assertThat(console()).doesNotContain("the last good entries stay in use");
        }
    }

    private static void soon(Callable<Boolean> isSo) {
        await().atMost(SOON).pollInterval(Duration.ofMillis(200)).until(isSo);
    }

    private void configMap(String verb, String yaml) throws Exception {
        String manifest = cluster.ok(
                        yaml,
                        "create",
                        "configmap",
                        "mine",
                        "-n",
                        "probe-guard",
                        "--from-file=catalogue.yaml=/dev/stdin",
                        "--dry-run=client",
                        "-o",
                        "json")
                .text();
        cluster.ok(manifest, verb, "-f", "-");
    }

    /** Creates a pod and returns it as it is stored. */
    private String create(String name) throws Exception {
        cluster.ok(POD.formatted(name), "create", "-f", "-");
        return cluster.ok("", "get", "pod", name, "-o", "json").text();
    }

    private double flagged() throws Exception {
        return metric("probe_guard_flagged_nodes{");
    }

    /** The sum of all series whose line begins with this. */
    private double metric(String start) throws Exception {
        return get("http://127.0.0.1:" + management + "/metrics")
                .lines()
                .filter(line -> line.startsWith(start))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    private String ready() throws Exception {
        return get("http://127.0.0.1:" + management + "/readyz").strip();
    }

    private String console() throws Exception {
        return get("http://localhost:" + console + "/console/nodes");
    }

    private static String get(String url) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString())
                .body();
    }
}
