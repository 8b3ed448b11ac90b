package io.probeguard.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.probeguard.RealCluster;
import io.probeguard.RealNode;
import io.probeguard.Run;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The chart's canaries on two real nodes that are suspected, of which one breaks exec later. No other pod would tell, and the
 * runtime of both is a good one: that it may be a broken build is a change of the catalogue.
 */
class CanariesE2E {
    private static final Duration TIMEOUT = Duration.ofMinutes(5);

    /** That exec works clears a suspicion after five minutes. */
    private static final Duration CLEARING = Duration.ofMinutes(8);

    private static final JsonMapper JSON = new JsonMapper();
    private static final String SUSPICION = """
            policy:
              mode: rewrite
              suspicion: act
              symptoms: "off"
              catalogue:
                entries:
                - id: example-containerd
                  component: containerd
                  summary: Exec fails on some nodes of this version.
                  affected:
                  - {by: nodeInfo, name: containerd, versions: "*", settledBy: probe-guard canary}
                  effect: sometimes-fails
                  flags: true
                  timingHelps: true
                  remedy: none is known
                  confidence: high
                  sources: [https://bugs.example.com/1]
            """;

    private record Stack(RealCluster cluster, Path policy) {
        JsonNode node(String name) {
            String out = Run.of(
                            "nodes",
                            "-o",
                            "json",
                            "--policy",
                            policy.toString(),
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

        List<String> said(String name) {
            return node(name)
                    .path("evidence")
                    .valueStream()
                    .map(each -> each.path("source").asString() + " "
                            + each.path("strength").asString("works"))
                    .toList();
        }

        /** What the webhook makes of a pod that is created on a node. */
        String created(String node) throws Exception {
            return cluster.ok(
                            "---\n{apiVersion: v1, kind: Pod, metadata: {name: next}, spec: {nodeName: " + node
                                    + ", containers: [{name: app, image: docker.io/local/pause:1, imagePullPolicy: Never,"
                                    + " livenessProbe: {exec: {command: [\"true\"]}, periodSeconds: 4}}]}}",
                            "create",
                            "--dry-run=server",
                            "-o",
                            "yaml",
                            "-f",
                            "-")
                    .text();
        }

        String canaries(String more, String jsonPath) throws Exception {
            return cluster.ok(
                            "",
                            "-n",
                            "probe-guard",
                            "get",
                            "pods",
                            "-l",
                            "app.kubernetes.io/name=probe-guard-canary",
                            more,
                            "-o",
                            "jsonpath=" + jsonPath)
                    .text();
        }

        String labels() throws Exception {
            return cluster.ok("", "get", "nodes", "-o", "jsonpath={.items[*].metadata.labels}")
                    .text();
        }

        JsonNode leader() throws Exception {
            String holder = cluster.ok("", "-n", "probe-guard", "get", "leases", "-o", "jsonpath={..holderIdentity}")
                    .text();
            return JSON.readTree(
                    cluster.ok("", "-n", "probe-guard", "get", "pod", holder.replaceFirst("_.*", ""), "-o", "json")
                            .text());
        }
    }

    private static void within(Duration time, ThrowingRunnable assertion) {
        await().atMost(time).untilAsserted(assertion);
    }

    @Test
    void canariesSettleSuspicionsAndTheNextPodsAreTreatedAccordingly(@TempDir Path folder) throws Exception {
        try (RealCluster cluster = RealCluster.start(folder, "1.37.2")) {
            RealNode broken = cluster.node("broken", "containerd");
            RealNode sound = cluster.node("sound", "containerd");
            List<RealNode> nodes = List.of(broken, sound);
            Path values = Files.writeString(folder.resolve("values.yaml"), SUSPICION);
            Path policy = Files.writeString(
                    folder.resolve("policy.yaml"),
                    SUSPICION.replaceFirst("policy:\n", "").replaceAll("(?m)^  ", ""));
            Stack stack = new Stack(cluster, policy);
            Path image = NodeImage.build();
            for (RealNode node : nodes) {
                node.kubelet("image", image.toString());
            }
            String labels = stack.labels();
            cluster.helm(
                    "install",
                    "probe-guard",
                    Chart.PATH.toString(),
                    "--namespace=probe-guard",
                    "--create-namespace",
                    "--values=" + values,
                    "--set=image.pullPolicy=Never",
                    "--set=replicas=2",
                    "--set=resources.requests.cpu=900m",
                    "--set=webhooks.timeoutSeconds=10",
                    "--set=canary.enabled=true",
                    "--set=canary.image=docker.io/local/pause:1",
                    "--set=canary.pullPolicy=Never",
                    "--set=canary.command={/bin/true}");
            within(
                    TIMEOUT,
                    () -> assertThat(stack.canaries("--field-selector=status.phase=Running", "{..ready}"))
                            .isEqualTo("true true true true"));
            Instant ready = Instant.now();
            assertThat(stack.said("sound")).containsExactly("node-info suspected");
            within(TIMEOUT, () -> assertThat(stack.created("sound")).contains("periodSeconds: 30"));

            JsonNode leader = stack.leader();
            broken.kubelet("fault", "always-fails");
            Instant begun = Instant.now();
            for (RealNode node : nodes) {
                if (node.name().equals(leader.at("/spec/nodeName").asString())) {
                    node.kill(leader.at("/status/containerStatuses/0/containerID")
                            .asString()
                            .replaceFirst(".*//", ""));
                }
            }
            within(TIMEOUT, () -> assertThat(stack.said("broken")).contains("canary confirmed"));
            System.out.printf(
                    "confirmed %d s after exec began to fail%n",
                    Duration.between(begun, Instant.now()).toSeconds());
            assertThat(stack.node("broken").path("reason").asString()).contains("some execs worked and others failed");
            // Over CRI the canary is still Ready: only its Events tell.
            assertThat(stack.canaries("--field-selector=spec.nodeName=broken", "{..ready}"))
                    .isEqualTo("true true");
            within(
                    TIMEOUT,
                    () -> assertThat(stack.created("broken"))
                            .contains("Warning: app: exec (liveness) fails intermittently on 1 of 1 nodes")
                            .contains("periodSeconds: 30"));
            within(
                    TIMEOUT,
                    () -> assertThat(
                                    cluster.ok("", "describe", "node", "broken").text())
                            .containsPattern("Warning +ExecBroken +.* exec fails intermittently \\(confirmed"));

            within(
                    CLEARING,
                    () -> assertThat(stack.created("sound"))
                            .doesNotContain("Warning")
                            .contains("periodSeconds: 4"));
            System.out.printf(
                    "cleared %d s after the canaries were ready%n",
                    Duration.between(ready, Instant.now()).toSeconds());
            assertThat(stack.said("sound")).containsExactly("canary works", "node-info suspected");
            assertThat(stack.node("sound").path("confidence").isNull()).isTrue();

            cluster.ok("", "-n", "probe-guard", "delete", "pods", "-l", "app.kubernetes.io/name=probe-guard-canary");
            await().during(Duration.ofSeconds(20))
                    .atMost(TIMEOUT)
                    .untilAsserted(() -> assertThat(stack.created("broken")).contains("periodSeconds: 30"));
            assertThat(stack.created("sound")).contains("periodSeconds: 4");
            assertThat(stack.said("sound")).doesNotContain("canary confirmed");

            cluster.helm("uninstall", "probe-guard", "--namespace=probe-guard");
            within(
                    TIMEOUT,
                    () -> assertThat(cluster.ok(
                                            "",
                                            "-n",
                                            "probe-guard",
                                            "get",
                                            "pods,daemonsets,deployments,leases,roles,rolebindings",
                                            "-o",
                                            "name")
                                    .text())
                            .doesNotContain("probe-guard"));
            cluster.ok("", "label", "nodes", "--all", "probe-guard.io/runtime-"); // as the documentation says
            assertThat(stack.labels()).isEqualTo(labels);
        }
    }
}
