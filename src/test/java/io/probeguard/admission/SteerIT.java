package io.probeguard.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.probeguard.ControlPlane;
import io.probeguard.chart.Installation;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Pods that the real scheduler places, with one flagged node and one healthy. */
@Execution(ExecutionMode.CONCURRENT) // it waits for most of its time
class SteerIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final String DEPLOYMENT = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: steered}
            spec:
              replicas: 10
              selector: {matchLabels: {app: steered}}
              template:
                metadata: {labels: {app: steered}}
                spec:
                  containers:
                  - {name: app, image: x, livenessProbe: {exec: {command: [x]}}}
            """;

    @TempDir
    Path folder;

    @Test
    void podsAvoidTheBrokenNodeUntilItIsFixed() throws Exception {
        try (ControlPlane controlPlane = ControlPlane.start(folder);
                Installation installation = Installation.install(
                        controlPlane, folder, Map.of("policy.mode", "rewrite", "policy.steer", "require"))) {
            controlPlane.createNode("flagged", "probe-guard.io/exec=broken");
            controlPlane.ok("", "annotate", "node", "flagged", "probe-guard.io/build=docker-el7-1.13.1-84");
            controlPlane.createNode("healthy", "probe-guard.io/exec=healthy");
            installation.start();
            assertThat(label(controlPlane, "docker-el7-1.13.1-84")).isEqualTo("docker-el7-1.13.1-84");

            String warning = "its pods will be kept off 1 of 2 nodes, where exec always fails: docker-el7-1.13.1-84";
            await().atMost(TIMEOUT)
                    .untilAsserted(() -> assertThat(controlPlane
                                    .ok(DEPLOYMENT, "apply", "--dry-run=server", "-f", "-")
                                    .text())
                            .contains("Warning: " + warning));
            controlPlane.ok(DEPLOYMENT, "apply", "-f", "-");
            assertThat(nodes(controlPlane)).isEqualTo("healthy ".repeat(10));

            controlPlane.ok("", "label", "--overwrite", "node", "flagged", "probe-guard.io/exec=healthy");
            assertThat(label(controlPlane, "")).isEmpty();
            await().atMost(TIMEOUT)
                    .untilAsserted(() -> assertThat(controlPlane
                                    .ok(DEPLOYMENT, "apply", "--dry-run=server", "-f", "-")
                                    .text())
                            .doesNotContain("Warning"));
            controlPlane.ok("", "delete", "pods", "-l", "app=steered", "--grace-period=0", "--force");
            assertThat(nodes(controlPlane)).contains("healthy ", "flagged ");
        }
    }

    /** The label by which steered pods know the node, once it is as wanted. */
    private static String label(ControlPlane controlPlane, String wanted) throws Exception {
        return controlPlane
                .kubectlUntil(
                        wanted::equals,
                        "get",
                        "node",
                        "flagged",
                        "-o",
                        "jsonpath={.metadata.labels.probe-guard\\.io/flagged}")
                .text();
    }

    /** Where the ten pods are, once all of them are somewhere. */
    private static String nodes(ControlPlane controlPlane) throws Exception {
        return controlPlane
                .kubectlUntil(
                        text -> text.split(" ", -1).length == 11,
                        "get",
                        "pods",
                        "-l",
                        "app=steered",
                        "--sort-by=.spec.nodeName",
                        "-o",
                        "jsonpath={range .items[*]}{.spec.nodeName} {end}")
                .text();
    }
}
