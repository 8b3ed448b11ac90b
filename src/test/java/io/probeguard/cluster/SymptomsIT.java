package io.probeguard.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.probeguard.ControlPlane;
import io.probeguard.Https;
import io.probeguard.chart.Installation;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Events, as a kubelet would write them, in a real cluster. */
@Execution(ExecutionMode.CONCURRENT) // it waits for most of its time
class SymptomsIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final String BROKEN = "Readiness probe errored: rpc error: code = Unknown desc = failed to exec in"
            + " container: failed to start exec: process exited";
    private static final String POD = """
            {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "asked", "namespace": "default"}, "spec": {
              "containers": [{"name": "app", "image": "x", "livenessProbe": {"exec": {"command": ["x"]}}}]}}""";

    @TempDir
    Path folder;

    @Test
    void aNodeThatNoCatalogueKnowsIsFound() throws Exception {
        try (ControlPlane controlPlane = ControlPlane.start(folder);
                Installation installation =
                        Installation.install(controlPlane, folder, Map.of("policy.symptoms", "act"))) {
            controlPlane.createNode("sick", "probe-guard.io/x=y");
            event(controlPlane, "web-0", BROKEN); // from before the start
            int port = installation.start().port();
            await().atMost(TIMEOUT)
                    .ignoreExceptions()
                    .until(() -> Https.status("https://127.0.0.1:" + port + "/readyz") == 200);
            event(controlPlane, "web-1", BROKEN);
            event(controlPlane, "web-2", BROKEN);
            event(controlPlane, "db-0", "Readiness probe failed: cat: /ready: No such file or directory");
            event(controlPlane, "queue-0", BROKEN);
            await().during(Duration.ofSeconds(6))
                    .atMost(TIMEOUT)
                    .untilAsserted(() -> assertThat(create(controlPlane)).doesNotContain("Warning"));
            event(controlPlane, "cache-0", BROKEN);
            await().atMost(TIMEOUT)
                    .untilAsserted(
                            () -> assertThat(create(controlPlane))
                                    .contains(
                                            "Warning: app: exec (liveness) was observed to fail on 1 of 1 nodes (build unknown)"));
            controlPlane.ok("", "label", "node", "sick", "probe-guard.io/exec=healthy");
            await().atMost(TIMEOUT)
                    .untilAsserted(() -> assertThat(create(controlPlane)).doesNotContain("Warning"));
        }
    }

    private static void event(ControlPlane controlPlane, String pod, String message) throws Exception {
        String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        controlPlane.ok("""
                {"apiVersion": "v1", "kind": "Event", "metadata": {"name": "%1$s.1", "namespace": "default"},
                 "type": "Warning", "reason": "Unhealthy", "message": "%2$s", "count": 3,
                 "firstTimestamp": "%3$s", "lastTimestamp": "%3$s", "source": {"component": "kubelet", "host": "sick"},
                 "involvedObject": {"kind": "Pod", "namespace": "default", "name": "%1$s"}}
                """.formatted(pod, message, now), "create", "-f", "-");
    }

    private static String create(ControlPlane controlPlane) throws Exception {
        return controlPlane
                .kubectl(POD, "create", "--dry-run=server", "-f", "-")
                .text();
    }
}
