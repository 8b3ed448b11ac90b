package io.probeguard.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.probeguard.RealCluster;
import io.probeguard.RealNode;
import io.probeguard.Run;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The chart's canaries on two real nodes, of which one breaks exec later, with no other pod that would tell. */
class CanariesE2E {
    private static final Duration TIMEOUT = Duration.ofMinutes(5);
    private static final JsonMapper JSON = new JsonMapper();

    private RealCluster cluster;

    private JsonNode node(String name) {
        String out = Run.of(
                        "nodes",
                        "-o",
                        "json",
                        "--kubeconfig",
                        cluster.kubeconfig().toString())
                .out();
        return JSON.readTree(out)
                .path("nodes")
                .valueStream()
                .filter(node -> node.path("name").asString().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> said(JsonNode node) {
        return node.path("evidence")
                .valueStream()
                .map(each -> each.path("source").asString() + " "
                        + each.path("strength").asString("works"))
                .toList();
    }

    @Test
    void aCanaryTellsOfItsNodeAndTheNextPodIsRelaxed(@TempDir Path folder) throws Exception {
        try (RealCluster running = RealCluster.start(folder, "1.37.2")) {
            cluster = running;
            RealNode broken = cluster.node("broken", "containerd");
            RealNode sound = cluster.node("sound", "containerd");
            Path image = NodeImage.build();
            for (RealNode node : List.of(broken, sound)) {
                node.kubelet("image", image.toString());
            }
            cluster.helm(
                    "install",
                    "probe-guard",
                    Chart.PATH.toString(),
                    "--namespace=probe-guard",
                    "--create-namespace",
                    "--set=image.pullPolicy=Never",
                    "--set=replicas=1",
                    "--set=resources.requests.cpu=900m",
                    "--set=webhooks.timeoutSeconds=10",
                    "--set=policy.mode=rewrite",
                    "--set=policy.symptoms=off",
                    "--set=canary.enabled=true",
                    "--set=canary.image=docker.io/local/pause:1",
                    "--set=canary.pullPolicy=Never",
                    "--set=canary.command={/bin/true}");
            await().atMost(TIMEOUT)
                    .untilAsserted(() -> assertThat(cluster.ok(
                                            "",
                                            "-n",
                                            "probe-guard",
                                            "get",
                                            "daemonset",
                                            "probe-guard-canary",
                                            "-o",
                                            "jsonpath={.status.desiredNumberScheduled} {.status.numberReady}")
                                    .text())
                            .isEqualTo("2 2"));
            broken.kubelet("fault", "always-fails");
            Instant begun = Instant.now();
            await().atMost(TIMEOUT)
                    .untilAsserted(() -> assertThat(said(node("broken"))).containsExactly("canary confirmed"));
            System.out.printf(
                    "flagged %d s after exec began to fail%n",
                    Duration.between(begun, Instant.now()).toSeconds());
            assertThat(node("broken").path("reason").asString()).contains("some execs worked and others failed");
            // Over CRI the canary is still Ready: only its Events tell.
            assertThat(cluster.ok(
                                    "",
                                    "-n",
                                    "probe-guard",
                                    "get",
                                    "pods",
                                    "-l",
                                    "app.kubernetes.io/name=probe-guard-canary",
                                    "--field-selector=spec.nodeName=broken",
                                    "-o",
                                    "jsonpath={.items[*].status.containerStatuses[*].ready}")
                            .text())
                    .isEqualTo("true true");
            String pod =
                    "---\n{apiVersion: v1, kind: Pod, metadata: {name: next}, spec: {nodeName: NODE, containers: [{name:"
                            + " app, image: docker.io/local/pause:1, imagePullPolicy: Never, livenessProbe: {exec: {command:"
                            + " [\"true\"]}, periodSeconds: 4}}]}}";
            await().atMost(TIMEOUT)
                    .untilAsserted(() -> assertThat(cluster.ok(
                                            pod.replace("NODE", "broken"),
                                            "create",
                                            "--dry-run=server",
                                            "-o",
                                            "yaml",
                                            "-f",
                                            "-")
                                    .text())
                            .contains("Warning: app: exec (liveness) fails intermittently on 1 of 1 nodes")
                            .contains("periodSeconds: 30"));
            assertThat(cluster.ok(pod.replace("NODE", "sound"), "create", "--dry-run=server", "-o", "yaml", "-f", "-")
                            .text())
                    .doesNotContain("Warning")
                    .contains("periodSeconds: 4");
            await().atMost(TIMEOUT)
                    .untilAsserted(() -> assertThat(
                                    cluster.ok("", "describe", "node", "broken").text())
                            .containsPattern("Warning +ExecBroken +.* exec fails intermittently \\(confirmed"));
            cluster.ok("", "-n", "probe-guard", "delete", "pods", "-l", "app.kubernetes.io/name=probe-guard-canary");
            await().during(Duration.ofSeconds(20))
                    .atMost(TIMEOUT)
                    .untilAsserted(() -> assertThat(cluster.ok(
                                            pod.replace("NODE", "broken"),
                                            "create",
                                            "--dry-run=server",
                                            "-o",
                                            "yaml",
                                            "-f",
                                            "-")
                                    .text())
                            .contains("periodSeconds: 30"));
            assertThat(said(node("sound"))).doesNotContain("canary confirmed");
            cluster.helm("uninstall", "probe-guard", "--namespace=probe-guard");
            await().atMost(TIMEOUT)
                    .untilAsserted(
                            () -> assertThat(cluster.ok("", "-n", "probe-guard", "get", "pods,daemonsets", "-o", "name")
                                            .text())
                                    .isEmpty());
        }
    }
}
