package io.probeguard.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.probeguard.Cluster.Said;
import io.probeguard.ControlPlane;
import io.probeguard.Https;
import io.probeguard.chart.Installation;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A tenant who may write pods and Events in a namespace of his own, and a kubelet that was taken over, on a real API server
 * with RBAC and NodeRestriction, in mode deny: what becomes of the pods of others.
 */
class HostileActorsIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final Map<String, Boolean> TRUTH = Map.of("flagged", true, "fine", false, "taken", false);
    private static final List<String> TENANT = List.of("--as=system:serviceaccount:tenant:mallory");
    private static final List<String> KUBELET = List.of("--as=system:node:taken", "--as-group=system:nodes");

    @TempDir
    static Path folder;

    private static ControlPlane controlPlane;
    private static Installation installation;
    private static int management;

    @BeforeAll
    static void start() throws Exception {
        controlPlane =
                ControlPlane.start(folder, "--authorization-mode=Node", "--enable-admission-plugins=NodeRestriction");
        controlPlane.createNode("flagged", "probe-guard.io/exec=broken");
        controlPlane.createNode("fine", "pool=others");
        controlPlane.createNode("taken", "pool=own");
        controlPlane.ok("", "create", "namespace", "tenant");
        controlPlane.ok("", "-n", "tenant", "create", "serviceaccount", "mallory");
        controlPlane.ok(
                "",
                "-n",
                "tenant",
                "create",
                "role",
                "writer",
                "--verb=create,update,patch,delete,get",
                "--resource=pods,pods/status,events");
        controlPlane.ok(
                "",
                "-n",
                "tenant",
                "create",
                "rolebinding",
                "writer",
                "--role=writer",
                "--serviceaccount=tenant:mallory");
        installation = Installation.install(
                controlPlane, folder, Map.of("policy.mode", "deny", "canary.enabled", true, "canary.image", "x"));
        management = ControlPlane.freePort();
        int port = installation.start("--management-port=" + management).port();
        await().atMost(TIMEOUT)
                .ignoreExceptions()
                .until(() -> Https.status("https://127.0.0.1:" + port + "/readyz") == 200);
        awaitTruth(TRUTH);
    }

    @AfterAll
    static void stop() {
        for (AutoCloseable each : new AutoCloseable[] {installation, controlPlane}) {
            try {
                if (each != null) {
                    each.close();
                }
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static Said as(List<String> actor, String input, String... args) throws Exception {
        return controlPlane.kubectl(
                input, Stream.concat(actor.stream(), Stream.of(args)).toArray(String[]::new));
    }

    /** Of each node, whether somebody else's pod is refused there. */
    private static Map<String, Boolean> refused() throws Exception {
        Map<String, Boolean> refused = new TreeMap<>();
        for (String node : TRUTH.keySet()) {
            String pod =
                    pod("victim", "default", "", "\"nodeSelector\": {\"kubernetes.io/hostname\": \"" + node + "\"}");
            refused.put(
                    node,
                    controlPlane
                            .kubectl(pod, "create", "--dry-run=server", "-f", "-")
                            .text()
                            .contains("probe-guard refuses this pod"));
        }
        return refused;
    }

    private static void awaitTruth(Map<String, Boolean> truth) {
        await().atMost(TIMEOUT).untilAsserted(() -> assertThat(refused()).containsExactlyInAnyOrderEntriesOf(truth));
    }

    private static String pod(String name, String namespace, String metadata, String spec) {
        return "{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"metadata\": {\"name\": \"" + name
                + "\", \"namespace\": \""
                + namespace + "\"" + metadata + "}, \"spec\": {" + spec
                + ", \"containers\": [{\"name\": \"app\", \"image\": \"x\", \"livenessProbe\": {\"exec\": {\"command\":"
                + " [\"x\"]}}}]}}";
    }

    /** Three workloads are what makes a node observed, whoever wrote the Events: shown to admins, and no more. */
    @ParameterizedTest
    @CsvSource({"tenant, tenant", "kubelet, default"})
    void forgedEventsTouchNoPod(String actor, String namespace) throws Exception {
        for (String pod : List.of("web", "db", "cache")) {
            Said said = as(
                    actor.equals("tenant") ? TENANT : KUBELET,
                    event(namespace, actor + "-" + pod, "fine"),
                    "create",
                    "-f",
                    "-");
            assertThat(said.exitCode()).as(said.text()).isZero();
        }
        await().atMost(TIMEOUT)
                .untilAsserted(() ->
                        assertThat(metrics()).containsPattern("probe_guard_flagged_nodes\\{[^}]*observed[^}]*} 1"));
        assertThat(refused()).containsExactlyInAnyOrderEntriesOf(TRUTH);
    }

    private static String event(String namespace, String pod, String node) {
        return """
                {"apiVersion": "v1", "kind": "Event", "metadata": {"name": "%1$s.1", "namespace": "%2$s"}, "type": "Warning",
                 "reason": "Unhealthy", "count": 3, "firstTimestamp": "%4$s", "lastTimestamp": "%4$s",
                 "message": "Readiness probe errored: rpc error: code = Unknown desc = failed to exec in container: failed to start exec: process exited",
                 "source": {"component": "kubelet", "host": "%3$s"},
                 "involvedObject": {"kind": "Pod", "namespace": "%2$s", "name": "%1$s"}}
                """.formatted(
                        pod,
                        namespace,
                        node,
                        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    }

    /** Pods that look like canaries, like steered, rewritten or mirror pods, and claim what helps their author. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            false-alarm | fine    | , "labels": {"probe-guard.io/canary": "standing"}                      | False
            all-clear   | flagged | , "labels": {"probe-guard.io/canary": "standing"}, "annotations": {"probe-guard.io/skip": "mine"} | True
            mirror      | flagged | , "annotations": {"kubernetes.io/config.mirror": "x", "probe-guard.io/skip": "mine"} | True
            rewritten   | flagged | , "annotations": {"probe-guard.io/rewritten": "{}", "probe-guard.io/skip": "mine"}   | True
            """)
    void aTenantsPodsSayNothingOfNodes(String name, String node, String metadata, String ready) throws Exception {
        Said created = as(
                TENANT,
                pod(name, "tenant", metadata, "\"nodeName\": \"" + node + "\""),
                "create",
                "-f",
                "-",
                "-o",
                "json");
        assertThat(created.exitCode()).as(created.text()).isZero();
        String status = created.text()
                .substring(created.text().indexOf('{'))
                .replaceFirst(
                        "\"status\": \\{",
                        "\"status\": {\"conditions\": [{\"type\": \"Ready\", \"status\": \"" + ready + "\"}],");
        Said said =
                as(TENANT, status, "replace", "--raw", "/api/v1/namespaces/tenant/pods/" + name + "/status", "-f", "-");
        assertThat(said.exitCode()).as(said.text()).isZero();
        assertThat(refused()).containsExactlyInAnyOrderEntriesOf(TRUTH);
    }

    @Test
    void aTenantMayNotHaveHisPodTakenForAMirrorPod() throws Exception {
        assertThat(as(
                                TENANT,
                                pod(
                                        "alone",
                                        "tenant",
                                        ", \"annotations\": {\"kubernetes.io/config.mirror\": \"x\"}",
                                        "\"nodeName\": \"flagged\""),
                                "create",
                                "-f",
                                "-")
                        .text())
                .contains("probe-guard refuses this pod");
    }

    /** The API server keeps it from other nodes; of its own it is believed, and of its own only. */
    @Test
    void aKubeletMisleadsAboutItsOwnNodeOnly() throws Exception {
        assertThat(as(KUBELET, "", "label", "node", "fine", "probe-guard.io/exec=broken")
                        .text())
                .contains("is not allowed to modify node");
        assertThat(as(KUBELET, "", "label", "--overwrite", "node", "flagged", "probe-guard.io/exec=healthy")
                        .text())
                .contains("is not allowed to modify node");
        assertThat(as(
                                KUBELET,
                                pod(
                                        "false-alarm",
                                        Installation.NAMESPACE,
                                        ", \"labels\": {\"probe-guard.io/canary\": \"standing\"}",
                                        "\"nodeName\": \"taken\""),
                                "create",
                                "-f",
                                "-")
                        .text())
                .contains("can only create mirror pods");
        Map<String, Boolean> misled = new TreeMap<>(TRUTH);
        misled.put("taken", true);
        for (String lie : List.of("probe-guard.io/exec=broken", "condition")) {
            as(KUBELET, "", "label", "node", "taken", "probe-guard.io/exec-"); // healthy after the lie before
            if (lie.equals("condition")) {
                String node = controlPlane
                        .ok("", "get", "node", "taken", "-o", "json")
                        .text();
                String status = node.replaceFirst(
                        "\"conditions\": \\[",
                        "\"conditions\": [{\"type\": \"ExecProbeBroken\", \"status\": \"True\", \"reason\": \"docker-el7-1.13.1-84\"},");
                Said said = as(KUBELET, status, "replace", "--raw", "/api/v1/nodes/taken/status", "-f", "-");
                assertThat(said.exitCode()).as(said.text()).isZero();
            } else {
                Said said = as(KUBELET, "", "label", "node", "taken", lie);
                assertThat(said.exitCode()).as(said.text()).isZero();
            }
            awaitTruth(misled);
            as(KUBELET, "", "label", "--overwrite", "node", "taken", "probe-guard.io/exec=healthy");
            awaitTruth(TRUTH);
        }
    }

    private static String metrics() throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + management + "/metrics"))
                                .build(),
                        BodyHandlers.ofString())
                .body();
    }
}
