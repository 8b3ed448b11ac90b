package io.probeguard.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.probeguard.Cluster.Said;
import io.probeguard.ControlPlane;
import io.probeguard.Jar.Serve;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The built jar behind a real API server, as a user of kubectl sees it. */
class ApiServerIT {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Path INJECTOR = Path.of("src/examples/istio-sidecar-injector.yaml");
    private static final String PROBLEM =
            "Warning: sidecar-injector-webhook: exec (liveness, readiness) always fails on 1 of 3 nodes"
                    + " (docker-el7-1.13.1-84): restart loop after 11 to 17 s, never Ready";
    private static final String LIVENESS =
            "period 4 -> 30 s, timeout 1 -> 10 s, failureThreshold 3 -> 5; restart loop after ";

    @TempDir
    static Path folder;

    private static ControlPlane controlPlane;
    private static Serve rewriting;

    @BeforeAll
    static void start() throws Exception {
        controlPlane = ControlPlane.start(folder);
        rewriting = Serve.start(folder, "--nodes", "src/examples/nodes.yaml", "--mode", "rewrite");
        for (String namespace : List.of("istio-system", "dry", "strict")) {
            assertThat(controlPlane
                            .kubectl("", "create", "namespace", namespace)
                            .exitCode())
                    .isZero();
        }
        register(rewriting.manifest());
    }

    @AfterAll
    static void stop() {
        if (rewriting != null) {
            rewriting.close();
        }
        if (controlPlane != null) {
            controlPlane.close();
        }
    }

    private static void register(String manifest) throws Exception {
        Said said = controlPlane.kubectl(manifest, "apply", "-f", "-");
        assertThat(said.exitCode()).as(said.text()).isZero();
        // The API server reads new configurations within a moment.
        Path dry = Files.writeString(folder.resolve("dry.yaml"), dryInjector());
        Said dryRun = controlPlane.kubectlUntil(
                text -> text.contains("Warning:"), "apply", "--dry-run=server", "-f", dry.toString());
        assertThat(dryRun.text()).contains("Warning:");
    }

    /** The injector in a namespace where it never stays. */
    private static String dryInjector() throws IOException {
        return Files.readString(INJECTOR).replace("namespace: istio-system", "namespace: dry");
    }

    private static String pod(String name, String probe) {
        return "{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"metadata\": {\"name\": \"" + name
                + "\", \"namespace\": \"istio-system\"}, \"spec\": {\"containers\": [{\"name\": \"app\", \"image\": \"x\","
                + " \"livenessProbe\": " + probe + "}]}}";
    }

    /** What it says of nodes before it serves is none of it. */
    @Test
    void whatItPrintsWhileItWatchesCanBeApplied() throws Exception {
        controlPlane.createNode("watched", "probe-guard.io/exec=broken");
        Path own = folder.resolve("watching");
        try (Serve watching =
                Serve.start(own, "--kubeconfig", controlPlane.kubeconfig().toString())) {
            assertThat(watching.manifest()).startsWith("# probe-guard serves ");
            assertThat(watching.log()).contains("node watched is flagged");
            Said said = controlPlane.kubectl(watching.manifest(), "apply", "--dry-run=client", "-f", "-");
            assertThat(said.exitCode()).as(said.text()).isZero();
        } finally {
            controlPlane.ok("", "delete", "node", "watched");
        }
    }

    @Test
    void warnsADryRunWhatWouldHappen() throws Exception {
        Said said = controlPlane.kubectl(dryInjector(), "apply", "--dry-run=server", "-f", "-");
        assertThat(said.exitCode()).as(said.text()).isZero();
        assertThat(said.text())
                .contains(PROBLEM)
                .contains("Warning: sidecar-injector-webhook: liveness of its pods will be relaxed: " + LIVENESS)
                .contains("Warning: docker-el7-1.13.1-84: update docker to 1.13.1-88 or later")
                .contains("(server dry run)");
    }

    @Test
    void theDeploymentStaysAsWrittenAndItsPodIsRewritten() throws Exception {
        Said said = controlPlane.kubectl("", "apply", "-f", INJECTOR.toString());
        assertThat(said.text()).contains(PROBLEM);
        Said pods = controlPlane.kubectlUntil(
                text -> text.contains("\"kind\": \"Pod\""),
                "-n",
                "istio-system",
                "get",
                "pods",
                "-l",
                "istio=sidecar-injector",
                "-o",
                "json");
        JsonNode pod = JSON.readTree(pods.text()).at("/items/0");

        JsonNode container = pod.at("/spec/containers/0");
        assertThat(container.at("/livenessProbe/periodSeconds").asInt()).isEqualTo(30);
        assertThat(container.at("/livenessProbe/timeoutSeconds").asInt()).isEqualTo(10);
        assertThat(container.at("/livenessProbe/failureThreshold").asInt()).isEqualTo(5);
        assertThat(container.at("/livenessProbe/initialDelaySeconds").asInt()).isEqualTo(4);
        assertThat(container.at("/livenessProbe/successThreshold").asInt()).isEqualTo(1);
        assertThat(container.at("/readinessProbe/periodSeconds").asInt()).isEqualTo(15);
        assertThat(pod.path("metadata")
                        .path("annotations")
                        .path("probe-guard.io/rewritten")
                        .asString())
                .contains("\"before\":{\"periodSeconds\":4,\"timeoutSeconds\":1,\"failureThreshold\":3}");

        JsonNode deployment = JSON.readTree(controlPlane
                .kubectl("", "-n", "istio-system", "get", "deployment", "istio-sidecar-injector", "-o", "json")
                .text());
        assertThat(deployment
                        .at("/spec/template/spec/containers/0/livenessProbe/periodSeconds")
                        .asInt())
                .isEqualTo(4);
    }

    @Test
    void warnsAboutWhatWasChangedInAPodAppliedByHand() throws Exception {
        Said said = controlPlane.kubectl(
                pod("by-hand", "{\"exec\": {\"command\": [\"x\"]}, \"periodSeconds\": 4}"), "apply", "-f", "-");
        assertThat(said.text())
                .contains("Warning: app: liveness relaxed: " + LIVENESS)
                .contains("pod/by-hand created");
    }

    @Test
    void warningsCanBeMadeErrors() throws Exception {
        Said said = controlPlane.kubectl(dryInjector(), "apply", "--dry-run=server", "--warnings-as-errors", "-f", "-");
        assertThat(said.exitCode()).isNotZero();
        assertThat(said.text()).contains("warnings received");
    }

    @Test
    void modeDenyRefusesPodsAndWarnsAboutTemplates(@TempDir Path other) throws Exception {
        Path nodes = Files.writeString(
                other.resolve("nodes.yaml"),
                "{kind: Node, metadata: {name: n, labels: {probe-guard.io/exec: broken}, annotations:"
                        + " {probe-guard.io/build: docker-el7-1.13.1-84}}}");
        try (Serve denying = Serve.start(other, "--nodes", nodes.toString(), "--mode", "deny")) {
            // Beside the other one, and only where the label asks for it.
            String manifest = denying.manifest()
                    .substring(denying.manifest().indexOf("---"))
                    .replace("name: probe-guard\n", "name: probe-guard-strict\n")
                    .replace("key: kubernetes.io/metadata.name", "key: strict")
                    .replace("operator: NotIn", "operator: In")
                    .replace("- kube-system", "- 'yes'");
            register(manifest);
            controlPlane.kubectl("", "label", "namespace", "strict", "strict=yes");
            String pod = pod("refused", "{\"exec\": {\"command\": [\"x\"]}}").replace("istio-system", "strict");
            Path file = Files.writeString(other.resolve("pod.json"), pod);

            Said refused = controlPlane.kubectlUntil(
                    text -> text.contains("denied"), "create", "--dry-run=server", "-f", file.toString());
            assertThat(refused.exitCode()).isNotZero();
            assertThat(refused.text())
                    .contains("admission webhook \"review.probe-guard.io\" denied the request: probe-guard refuses this"
                            + " pod: app: exec (liveness) always fails on 1 of 1 nodes (docker-el7-1.13.1-84)");

            Said warned = controlPlane.kubectl(
                    Files.readString(INJECTOR).replace("namespace: istio-system", "namespace: strict"),
                    "apply",
                    "-f",
                    "-");
            assertThat(warned.exitCode()).isZero();
            assertThat(warned.text()).contains("Warning: mode deny: pods created from this will be refused");
        }
    }

    @Test
    void aPodWithoutExecProbesIsNotSpokenOf() throws Exception {
        Said said = controlPlane.kubectl(pod("quiet", "{\"httpGet\": {\"port\": 80}}"), "apply", "-f", "-");
        assertThat(said.text()).isEqualTo("pod/quiet created\n");
    }

    @Test
    void aProbeThatTheApiServerRefusesIsRefusedByItAndNotByUs() throws Exception {
        Said said = controlPlane.kubectl(
                pod("negative", "{\"exec\": {\"command\": [\"x\"]}, \"periodSeconds\": -4}"), "create", "-f", "-");
        assertThat(said.exitCode()).isNotZero();
        assertThat(said.text()).contains("periodSeconds: Invalid value: -4");
    }
}
