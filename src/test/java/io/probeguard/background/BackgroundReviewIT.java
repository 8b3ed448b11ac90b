package io.probeguard.background;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.probeguard.ControlPlane;
import io.probeguard.Https;
import io.probeguard.chart.Installation;
import io.probeguard.chart.Installation.Replica;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Two replicas as the chart runs them, with its service account, and pods that run on a flagged node. */
@TestMethodOrder(OrderAnnotation.class)
class BackgroundReviewIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final String CONTAINERS = """
            "containers": [{"name": "app", "image": "x", "livenessProbe": {"exec": {"command": ["x"]}, "periodSeconds": 4}}]""";

    @TempDir
    static Path folder;

    private static ControlPlane controlPlane;
    private static Installation installation;
    private static Replica first;
    private static Replica second;

    @BeforeAll
    static void start() throws Exception {
        controlPlane = ControlPlane.start(folder);
        controlPlane.ok(Files.readString(Path.of("src/test/resources/reports/crds.yaml")), "create", "-f", "-");
        controlPlane.createNode("broken", "probe-guard.io/exec=broken");
        controlPlane.ok("", "annotate", "node", "broken", "probe-guard.io/build=docker-el7-1.13.1-84");
        deployment("web", "\"replicas\": 2,", "");
        deployment("idle", "\"replicas\": 0,", "");
        deployment("known", "", "\"annotations\": {\"probe-guard.io/skip\": \"known\"}, ");
        controlPlane.ok("""
                {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "alone", "namespace": "default"}, "spec": {%s}}
                """.formatted(CONTAINERS), "create", "-f", "-");
        controlPlane.ok("""
                {"apiVersion": "batch/v1beta1", "kind": "CronJob", "metadata": {"name": "nightly", "namespace": "default"},
                 "spec": {"schedule": "0 0 1 1 *", "jobTemplate": {"spec": {"template": {"spec": {
                   "restartPolicy": "Never", %s}}}}}}""".formatted(CONTAINERS), "create", "-f", "-");
        controlPlane.ok("""
                {"apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": {"name": "lone", "namespace": "default"},
                 "spec": {"replicas": 0, "selector": {"matchLabels": {"app": "lone"}},
                  "template": {"metadata": {"labels": {"app": "lone"}}, "spec": {%s}}}}
                """.formatted(CONTAINERS), "create", "-f", "-");
        controlPlane.kubectlUntil(
                text -> text.equals("broken broken broken broken"),
                "get",
                "pods",
                "-o",
                "jsonpath={.items[*].spec.nodeName}");
        installation = Installation.install(
                controlPlane, folder, Map.of("policyReports", "wgpolicyk8s.io", "policy.mode", "rewrite"));
        first = installation.start();
        awaitLeader("the first");
        second = installation.start();
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

    private static void deployment(String name, String spec, String metadata) throws Exception {
        controlPlane.ok("""
                {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "%1$s", "namespace": "default"},
                 "spec": {%2$s "selector": {"matchLabels": {"app": "%1$s"}},
                  "template": {"metadata": {%3$s "labels": {"app": "%1$s"}}, "spec": {%4$s}}}}
                """.formatted(name, spec, metadata, CONTAINERS), "create", "-f", "-");
    }

    private static String holder() throws Exception {
        return controlPlane
                .ok("", "-n", Installation.NAMESPACE, "get", "lease", "-o", "jsonpath={.items[*].spec.holderIdentity}")
                .text();
    }

    private static String awaitLeader(String what) {
        return await(what).atMost(TIMEOUT).until(BackgroundReviewIT::holder, holder -> !holder.isEmpty());
    }

    private static JsonNode list(String... args) throws Exception {
        String[] all = new String[args.length + 3];
        all[0] = "get";
        System.arraycopy(args, 0, all, 1, args.length);
        all[args.length + 1] = "-o";
        all[args.length + 2] = "json";
        return new JsonMapper().readTree(controlPlane.ok("", all).text()).path("items");
    }

    private static List<JsonNode> events() throws Exception {
        return list("events", "-A")
                .valueStream()
                .filter(event -> event.path("reason").asString().equals("ExecProbeOnBrokenNode"))
                .toList();
    }

    private static List<String> about(List<JsonNode> events) {
        return events.stream()
                .map(event -> event.at("/involvedObject/kind").asString() + " "
                        + event.at("/involvedObject/name").asString())
                .toList();
    }

    private static List<String> reports() throws Exception {
        return list("policyreports", "-A")
                .valueStream()
                .map(report -> report.at("/metadata/name").asString())
                .toList();
    }

    @Test
    @Order(1)
    void eachOwnerGetsOneEvent() throws Exception {
        await().atMost(TIMEOUT)
                .untilAsserted(
                        () -> assertThat(about(events())).containsExactlyInAnyOrder("Deployment web", "Pod alone"));
        assertThat(controlPlane.ok("", "describe", "deployment", "web").text())
                .containsSubsequence(
                        "ExecProbeOnBrokenNode",
                        "probe-guard",
                        "2 pods run on 1 node where exec always fails (docker-el7-1.13.1-84). app: exec (liveness): restart"
                                + " loop after 8 to 14 s. Recreated pods get longer timing. docker-el7-1.13.1-84:"
                                + " update docker to 1.13.1-88 or later; longer timing does not fix it");
        assertThat(controlPlane.ok("", "describe", "pod", "alone").text()).contains("ExecProbeOnBrokenNode");
        assertThat(controlPlane.ok("", "get", "events").text()).contains("deployment/web", "pod/alone");
    }

    /** Also those that have no pod; and nothing of a report is dropped, or refused, by the schema. */
    @Test
    @Order(2)
    void eachWorkloadHasAReport() throws Exception {
        await().atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(reports())
                        .containsExactlyInAnyOrder(
                                "probe-guard-deployment-web",
                                "probe-guard-deployment-idle",
                                "probe-guard-replicaset-lone",
                                "probe-guard-pod-alone",
                                "probe-guard-cronjob-nightly"));
        JsonNode report = new JsonMapper()
                .readTree(controlPlane
                        .ok("", "get", "policyreport", "probe-guard-deployment-web", "-o", "json")
                        .text());
        String uid = controlPlane
                .ok("", "get", "deployment", "web", "-o", "jsonpath={.metadata.uid}")
                .text();
        assertThat(report.at("/metadata/ownerReferences").toString())
                .isEqualTo("[{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"name\":\"web\",\"uid\":\"" + uid
                        + "\"}]");
        assertThat(report.path("summary").toString())
                .isEqualTo("{\"error\":0,\"fail\":1,\"pass\":0,\"skip\":0,\"warn\":0}");
        assertThat(report.at("/results/0").propertyNames())
                .containsExactlyInAnyOrder(
                        "source",
                        "policy",
                        "rule",
                        "category",
                        "severity",
                        "result",
                        "message",
                        "properties",
                        "timestamp");
        assertThat(report.at("/results/0/properties").toString())
                .isEqualTo("{\"action\":\"rewrite\",\"container\":\"app\",\"effect\":\"always-fails\"}");
    }

    @Test
    @Order(3)
    void anotherLeaderGoesOnAndDoublesNothing() throws Exception {
        String before = holder();
        List<String> versions = versions();
        installation.leaveOut(first);
        assertThat(first.stop()).isEqualTo(143);
        await().atMost(TIMEOUT)
                .until(BackgroundReviewIT::holder, holder -> !holder.isEmpty() && !holder.equals(before));
        await().atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(Files.readString(second.log()))
                        .contains("became the leader probe-guard-background-review"));
        // Whatever the new leader's first pass writes comes before what it finds new; the pods of that are relaxed.
        await().atMost(TIMEOUT).until(() -> Https.status("https://127.0.0.1:" + second.port() + "/readyz") == 200);
        deployment("late", "", "");
        controlPlane.kubectlUntil(
                text -> text.equals("broken"),
                "get",
                "pods",
                "-l",
                "app=late",
                "-o",
                "jsonpath={.items[*].spec.nodeName}");
        controlPlane.ok("", "label", "namespace", "default", "probe-guard.io/mode=warn");
        await().atMost(TIMEOUT).untilAsserted(() -> assertThat(reports()).contains("probe-guard-deployment-late"));
        assertThat(versions()).as("neither repeated nor written again").isEqualTo(versions);
    }

    private static List<String> versions() throws Exception {
        return events().stream()
                .map(event -> event.path("count").asInt() + " "
                        + event.at("/metadata/resourceVersion").asString())
                .toList();
    }

    @Test
    @Order(4)
    void reportsGoWithTheirReason() throws Exception {
        controlPlane.ok("", "label", "--overwrite", "node", "broken", "probe-guard.io/exec=healthy");
        await().atMost(TIMEOUT).untilAsserted(() -> assertThat(reports()).isEmpty());
    }

    @Test
    @Order(5)
    void theServiceAccountMayDoAllThis() throws Exception {
        for (Replica replica : List.of(first, second)) {
            assertThat(Files.readString(replica.log()))
                    .doesNotContain("cannot", "could not", "WARN", "ERROR", "forbidden");
        }
    }

    /** The golden reports; an API server drops what its schema does not have, and refuses what does not fit. */
    @ParameterizedTest
    @CsvSource({"wgpolicyk8s.io", "openreports.io"})
    @Order(6)
    void everyFieldIsOneThatReadersKnow(String api) throws Exception {
        JsonMapper json = new JsonMapper();
        String golden = Files.readString(Path.of("src/test/resources/reports/expected/" + api + ".json"))
                .replace("\"shop\"", "\"default\"");
        JsonNode wanted = json.readTree(golden);
        JsonNode made = json.readTree(
                controlPlane.ok(golden, "create", "-f", "-", "-o", "json").text());
        wanted.path("metadata")
                .forEachEntry((key, value) ->
                        assertThat(made.path("metadata").path(key)).isEqualTo(value));
        ((ObjectNode) made).remove("metadata");
        ((ObjectNode) wanted).remove("metadata");
        assertThat(made).isEqualTo(wanted);
    }

    @Test
    @Order(7)
    void withoutTheApiServerThereIsNoLeaderAndReviewsGoOn() throws Exception {
        String ready = "https://127.0.0.1:" + second.port() + "/readyz";
        controlPlane.stopApiServer();
        await().atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(Files.readString(second.log()))
                        .contains("no longer the leader probe-guard-background-review"));
        assertThat(Https.status(ready)).isEqualTo(200);
        controlPlane.startApiServer();
        controlPlane.ok("", "label", "--overwrite", "node", "broken", "probe-guard.io/exec=broken");
        await().atMost(TIMEOUT).untilAsserted(() -> assertThat(reports()).contains("probe-guard-deployment-idle"));
        assertThat(Files.readString(second.log())).doesNotContain("\tat ");
    }
}
