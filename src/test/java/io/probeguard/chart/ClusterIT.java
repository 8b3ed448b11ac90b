package io.probeguard.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.probeguard.AdmissionCredentials;
import io.probeguard.Cluster.Said;
import io.probeguard.Command;
import io.probeguard.ControlPlane;
import io.probeguard.Jar.Serve;
import io.probeguard.admission.ContainerAdder;
import io.probeguard.chart.Installation.Replica;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** The installed chart in a real cluster, watching it live. */
@TestMethodOrder(OrderAnnotation.class)
class ClusterIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final String PROBE = "{\"exec\": {\"command\": [\"x\"]}, \"periodSeconds\": 4}";

    @TempDir
    static Path folder;

    private static ControlPlane controlPlane;
    private static Installation installation;
    private static Replica replica;
    private static int metricsPort;

    @BeforeAll
    static void start() throws Exception {
        AdmissionCredentials credentials = new AdmissionCredentials(folder);
        controlPlane = ControlPlane.start(folder, credentials.flag());
        controlPlane.createNode("broken", "probe-guard.io/exec=broken");
        controlPlane.ok("", "annotate", "node", "broken", "probe-guard.io/build=docker-el7-1.13.1-84");
        controlPlane.createNode("healthy", "probe-guard.io/exec=healthy");
        installation =
                Installation.install(controlPlane, folder, Map.of("policy.mode", "rewrite", "webhooks.binding", true));
        metricsPort = ControlPlane.freePort();
        Path token = Files.writeString(folder.resolve("callers-token"), "s3cret");
        credentials.present(installation.port(), "token: s3cret");
        controlPlane.stopApiServer();
        controlPlane.startApiServer();
        replica = installation.start(
                "--drain=1s", "--management-port=" + metricsPort, "--token-file=" + token); // it tells those of pods
        awaitReviews();
    }

    @AfterAll
    static void stop() {
        if (installation != null) {
            installation.close();
        }
        if (controlPlane != null) {
            controlPlane.close();
        }
    }

    private static String metrics() throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + metricsPort + "/metrics"))
                                .build(),
                        BodyHandlers.ofString())
                .body();
    }

    private static void awaitReviews() {
        await().atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(dryRun("waiting", "{}")).contains("Warning:"));
    }

    private static String pod(String name, String rest) {
        return "{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"metadata\": {\"name\": \"" + name
                + "\", \"namespace\": \"default\"}, \"spec\": {\"nodeSelector\": " + rest
                + ", \"containers\": [{\"name\": \"app\", \"image\": \"x\", \"livenessProbe\": " + PROBE + "}]}}";
    }

    /** The output of kubectl for a dry run. */
    private static String dryRun(String name, String nodeSelector) throws Exception {
        return controlPlane
                .kubectl(pod(name, nodeSelector), "create", "--dry-run=server", "-f", "-")
                .text();
    }

    private static String template(String apiVersion, String kind, String name, String spec) {
        String pod = "{\"metadata\": {\"labels\": {\"app\": \"" + name + "\"}}, \"spec\": {\"restartPolicy\": \""
                + (kind.endsWith("Job") ? "OnFailure" : "Always")
                + "\", \"containers\": [{\"name\": \"app\", \"image\": \"x\", \"livenessProbe\": " + PROBE + "}]}}";
        return "{\"apiVersion\": \"" + apiVersion + "\", \"kind\": \"" + kind + "\", \"metadata\": {\"name\": \"" + name
                + "\"}, \"spec\": " + spec.replace("POD", pod).replace("NAME", name) + "}";
    }

    /** kubectl apply prints a warning for each kind, and its pods are relaxed when they are created. */
    @ParameterizedTest
    @Order(1)
    @CsvSource(delimiter = '|', textBlock = """
            apps/v1      | Deployment            | {"selector": {"matchLabels": {"app": "NAME"}}, "template": POD}
            apps/v1      | StatefulSet           | {"serviceName": "x", "selector": {"matchLabels": {"app": "NAME"}}, "template": POD}
            apps/v1      | DaemonSet             | {"selector": {"matchLabels": {"app": "NAME"}}, "template": POD}
            apps/v1      | ReplicaSet            | {"selector": {"matchLabels": {"app": "NAME"}}, "template": POD}
            v1           | ReplicationController | {"selector": {"app": "NAME"}, "template": POD}
            batch/v1     | Job                   | {"template": POD}
            batch/v1beta1| CronJob               | {"schedule": "* * * * *", "jobTemplate": {"spec": {"template": POD}}}
            """)
    void warnsAboutEveryKindAndRelaxesItsPods(String apiVersion, String kind, String spec) throws Exception {
        String name = "it-" + kind.toLowerCase(java.util.Locale.ROOT);
        Said said = controlPlane.ok(template(apiVersion, kind, name, spec), "apply", "-f", "-");
        assertThat(said.text()).contains("Warning: app: exec (liveness) always fails on 1 of 2 nodes");
        if (kind.equals("CronJob")) {
            return; // its pods are created every minute, by a Job as above
        }
        // A DaemonSet's pod is created for one node, and that of the healthy node is not relaxed.
        String expected = kind.equals("DaemonSet") ? "30 4|4 30" : "30";
        Said pods = controlPlane.kubectlUntil(
                text -> text.trim().matches(expected),
                "get",
                "pods",
                "-l",
                "app=" + name,
                "-o",
                "jsonpath={range .items[*]}{.spec.containers[0].livenessProbe.periodSeconds} {end}");
        assertThat(pods.text().trim()).matches(expected);
    }

    @Test
    @Order(2)
    void warnsAboutBindingToAFlaggedNode() throws Exception {
        String pod = pod("bound", "{\"kubernetes.io/hostname\": \"broken\"}")
                .replace("\"nodeSelector\"", "\"schedulerName\": \"me\", \"nodeSelector\"");
        controlPlane.ok(pod, "create", "-f", "-");
        Said said = controlPlane.ok("""
                {"apiVersion": "v1", "kind": "Binding", "metadata": {"name": "bound"},
                 "target": {"apiVersion": "v1", "kind": "Node", "name": "broken"}}
                """, "create", "--raw", "/api/v1/namespaces/default/pods/bound/binding", "-f", "-");
        assertThat(said.text()).contains("Warning: app: exec (liveness) always fails on 1 of 1 nodes");
        assertThat(controlPlane
                        .ok("", "get", "pod", "bound", "-o", "jsonpath={.spec.nodeName}")
                        .text())
                .isEqualTo("broken");
    }

    /** The command of the chart's test and post-install check, with the Service's name resolved by a file. */
    @Test
    @Order(2)
    void passesThePostInstallCheck() throws Exception {
        Path hosts = Files.writeString(folder.resolve("hosts"), "127.0.0.1 probe-guard.probe-guard.svc");
        List<String> command = new ArrayList<>();
        JsonNode check = Chart.render("1.20.2", Map.of("service.port", installation.port()))
                .only("Pod")
                .at("/spec/containers/0");
        check.path("command").forEach(word -> command.add(word.asString()));
        command.add("-J-Djdk.net.hosts.file=" + hosts);
        check.path("args").forEach(arg -> command.add(arg.asString()));
        assertThat(Command.run(folder, Map.of(), command)).contains("DNSName: probe-guard.probe-guard.svc");
        installation.leaveOut(replica);
        assertThatThrownBy(() -> Command.run(folder, Map.of(), command)).hasMessageContaining("ended with 1");
        installation.replicas().add(replica);
    }

    @Test
    @Order(3)
    void usesNodeChangesForTheNextPod() throws Exception {
        controlPlane.createNode("changing", "probe-guard.io/exec=healthy");
        String here = "{\"kubernetes.io/hostname\": \"changing\"}";
        await().atMost(Duration.ofSeconds(2))
                .untilAsserted(() -> assertThat(dryRun("changing", here)).doesNotContain("Warning"));
        controlPlane.ok("", "label", "--overwrite", "node", "changing", "probe-guard.io/exec=broken");
        await().atMost(Duration.ofSeconds(2))
                .untilAsserted(() -> assertThat(dryRun("changing", here)).contains("Warning"));
        controlPlane.ok("", "label", "--overwrite", "node", "changing", "probe-guard.io/exec=healthy");
        await().atMost(Duration.ofSeconds(2))
                .untilAsserted(() -> assertThat(dryRun("changing", here)).doesNotContain("Warning"));
        controlPlane.ok("", "delete", "node", "changing");
    }

    @Test
    @Order(4)
    void usesTheModeOfTheNamespace() throws Exception {
        assertThat(controlPlane
                        .ok("", "label", "namespace", "default", "probe-guard.io/mode=enforce")
                        .text())
                .contains("Warning: label probe-guard.io/mode: \"enforce\" is not a mode");
        Said deny = controlPlane.ok("", "label", "--overwrite", "namespace", "default", "probe-guard.io/mode=deny");
        // The policy denies only where all nodes that can run a pod are flagged.
        assertThat(deny.text())
                .containsPattern("Warning: mode deny: 2 of \\d+ pods would be denied when recreated:"
                        + " DaemonSet it-daemonset \\(1\\), no controller \\(1\\)");
        await().atMost(Duration.ofSeconds(2))
                .untilAsserted(() -> assertThat(dryRun("denied", "{\"kubernetes.io/hostname\": \"broken\"}"))
                        .contains("denied the request: probe-guard refuses this pod"));
        controlPlane.ok("", "label", "--overwrite", "namespace", "default", "probe-guard.io/mode=off");
        await().atMost(Duration.ofSeconds(2))
                .untilAsserted(() -> assertThat(dryRun("off", "{}")).doesNotContain("Warning"));
        Said rewrite =
                controlPlane.ok("", "label", "--overwrite", "namespace", "default", "probe-guard.io/mode=rewrite");
        assertThat(rewrite.text()).doesNotContain("Warning"); // all running pods were relaxed when they were created
        controlPlane.ok("", "label", "namespace", "default", "probe-guard.io/mode-");
    }

    @Test
    @Order(5)
    void recoversWhenTheApiServerRestarts() throws Exception {
        assertThat(metrics())
                .contains("probe_guard_watch_connected{resource=\"nodes\"} 1.0")
                .contains("probe_guard_watch_outdated_seconds{resource=\"nodes\"} 0.0")
                .contains("probe_guard_nodes 2.0")
                .contains("probe_guard_stale_nodes 0.0");
        controlPlane.stopApiServer();
        await().atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(metrics())
                        .contains("probe_guard_watch_connected{resource=\"nodes\"} 0.0")
                        .doesNotContain("probe_guard_watch_outdated_seconds{resource=\"nodes\"} 0.0")
                        .contains("probe_guard_stale_nodes 2.0"));
        controlPlane.startApiServer();
        awaitReviews();
        await().atMost(TIMEOUT)
                .untilAsserted(() ->
                        assertThat(metrics()).contains("probe_guard_watch_outdated_seconds{resource=\"nodes\"} 0.0"));
        controlPlane.createNode("late", "probe-guard.io/exec=broken");
        await().atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(dryRun("late", "{\"kubernetes.io/hostname\": \"late\"}"))
                        .contains("Warning: app: exec (liveness)"));
        controlPlane.ok("", "delete", "node", "late");
    }

    @Test
    @Order(6)
    void keepsTheCertificatesOnUpgrade() throws Exception {
        String before = caBundle();
        new com.marcnuri.helm.Helm(Chart.PATH)
                .upgrade()
                .withName("probe-guard")
                .withNamespace(Installation.NAMESPACE)
                .withKubeConfig(controlPlane.kubeconfig())
                .reuseValues()
                .set("drainSeconds", 11)
                .call();
        assertThat(caBundle()).isEqualTo(before).isNotEmpty();
    }

    private static String caBundle() throws Exception {
        return controlPlane
                .ok(
                        "",
                        "get",
                        "validatingwebhookconfiguration",
                        "probe-guard",
                        "-o",
                        "jsonpath={.webhooks[0].clientConfig.caBundle}")
                .text();
    }

    @Test
    @Order(7)
    void restoresAWrongCaBundle() throws Exception {
        String before = caBundle();
        controlPlane.ok(
                "",
                "patch",
                "validatingwebhookconfiguration",
                "probe-guard",
                "--type=json",
                "-p",
                "[{\"op\": \"remove\", \"path\": \"/webhooks/0/clientConfig/caBundle\"}]");
        await().atMost(TIMEOUT).untilAsserted(() -> assertThat(caBundle()).isEqualTo(before));
        awaitReviews();
    }

    @Test
    @Order(7)
    void refillsAnEmptySecret() throws Exception {
        String before = caBundle();
        controlPlane.ok("", "-n", "probe-guard", "patch", "secret", "probe-guard-certs", "-p", "{\"data\": null}");
        await().atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(caBundle()).isNotEmpty().isNotEqualTo(before));
        awaitReviews();
    }

    @Test
    @Order(8)
    void relaxesContainersThatALaterWebhookAdds() throws Exception {
        try (ContainerAdder adder = new ContainerAdder()) {
            controlPlane.ok(adder.configuration(), "create", "-f", "-");
            String pod =
                    pod("added-to", "{}").replace("\"namespace\"", "\"labels\": {\"adder\": \"yes\"}, \"namespace\"");
            await().atMost(TIMEOUT)
                    .untilAsserted(() -> assertThat(controlPlane
                                    .ok(
                                            pod,
                                            "create",
                                            "--dry-run=server",
                                            "-f",
                                            "-",
                                            "-o",
                                            "jsonpath={.spec.containers[*].name} {.spec.containers[*].livenessProbe.periodSeconds}")
                                    .text())
                            .endsWith("app added 30 30"));
            controlPlane.ok("", "delete", "mutatingwebhookconfiguration", "zz-adder");
        }
    }

    /** As where Argo CD has installed the chart, which leaves Leases out. */
    @Test
    @Order(8)
    void leadersAreElectedWithoutTheLeasesOfTheChart() throws Exception {
        String[] leases = {"lease/probe-guard-background-review", "lease/probe-guard-webhooks"};
        for (String lease : leases) {
            controlPlane.ok("", "-n", Installation.NAMESPACE, "delete", lease);
        }
        for (String lease : leases) {
            Said led = controlPlane.kubectlUntil(
                    text -> text.matches("holder=.+"),
                    "-n",
                    Installation.NAMESPACE,
                    "get",
                    lease,
                    "-o",
                    "jsonpath=holder={.spec.holderIdentity}");
            assertThat(led.text()).matches("holder=.+");
        }
    }

    @Test
    @Order(9)
    void podsAreCreatedWithoutTheWebhook() throws Exception {
        assertThat(replica.stop()).isEqualTo(143);
        assertThat(Files.readString(replica.log())).doesNotContain("Exception", "ERROR ");
        installation.leaveOut(replica);
        assertCreatedWithoutReview("unguarded");
    }

    @Test
    @Order(10)
    void podsAreCreatedWhenTheWebhookTimesOut() throws Exception {
        try (ServerSocket silent = new ServerSocket(0)) {
            Replica stuck = new Replica(replica.process(), silent.getLocalPort(), replica.log());
            installation.replicas().add(stuck);
            long start = System.nanoTime();
            assertCreatedWithoutReview("unanswered");
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .as("two webhooks that wait 2 s each, and kubectl")
                    .isBetween(Duration.ofSeconds(2), Duration.ofSeconds(20));
            installation.leaveOut(stuck);
        }
    }

    @Test
    @Order(11)
    void podsAreCreatedWhenTheCertificateIsWrong() throws Exception {
        try (Serve other = Serve.start(folder.resolve("other"), "--nodes", "src/examples/nodes.yaml")) {
            int port = URI.create(other.url()).getPort();
            Replica impostor = new Replica(other.process(), port, replica.log());
            installation.replicas().add(impostor);
            assertCreatedWithoutReview("impostor");
            installation.leaveOut(impostor);
        }
    }

    private static void assertCreatedWithoutReview(String name) throws Exception {
        Said said = controlPlane.ok(pod(name, "{}"), "create", "-f", "-");
        assertThat(said.text()).isEqualTo("pod/" + name + " created\n");
    }

    @Test
    @Order(12)
    void uninstallsCompletely() throws Exception {
        installation.uninstall();
        Said left = controlPlane.kubectlUntil(
                text -> text.contains("No resources found"),
                "get",
                "mutatingwebhookconfigurations,validatingwebhookconfigurations,clusterroles,clusterrolebindings,secrets,"
                        + "configmaps,leases,deployments,services,serviceaccounts,roles,rolebindings,poddisruptionbudgets,networkpolicies",
                "-A",
                "-l",
                "app.kubernetes.io/instance=probe-guard");
        assertThat(left.text()).contains("No resources found");
        assertThat(controlPlane
                        .ok("", "-n", Installation.NAMESPACE, "get", "secrets,leases", "-o", "name")
                        .text()
                        .lines())
                .allMatch(name -> name.startsWith("secret/default-token"));
    }
}
