package io.probeguard.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.probeguard.ControlPlane;
import io.probeguard.Https;
import io.probeguard.chart.Installation;
import io.probeguard.chart.Installation.Replica;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.HttpsURLConnection;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The console of two replicas in a real cluster, with the chart's service account and nothing more. */
@TestMethodOrder(OrderAnnotation.class)
class ConsoleClusterIT {
    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    private static final String DEPLOYMENT = """
            {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web", "namespace": "default"}, "spec": {
              "replicas": 2, "selector": {"matchLabels": {"app": "web"}},
              "template": {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "app", "image": "x",
                "livenessProbe": {"exec": {"command": ["x"]}, "periodSeconds": 4}}]}}}}""";

    @TempDir
    static Path folder;

    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final Map<Replica, Integer> CONSOLES = new HashMap<>();
    private static ControlPlane controlPlane;
    private static Installation installation;

    @BeforeAll
    static void start() throws Exception {
        controlPlane = ControlPlane.start(folder);
        installation = Installation.install(
                controlPlane,
                folder,
                Map.of("console.exposed", true, "policy.mode", "rewrite", "backgroundReview.interval", "10s"));
        controlPlane.createNode("bad-node", "probe-guard.io/exec=broken");
        for (int i = 0; i < 2; i++) {
            int port = ControlPlane.freePort();
            CONSOLES.put(installation.start("--console-port=" + port), port);
        }
        for (Replica replica : installation.replicas()) {
            await().atMost(TIMEOUT)
                    .ignoreExceptions()
                    .until(() -> Https.status("https://127.0.0.1:" + replica.port() + "/readyz") == 200);
        }
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

    private static String page(int console, String page) throws Exception {
        return CLIENT.send(
                        HttpRequest.newBuilder(URI.create("http://localhost:" + console + "/console/" + page))
                                .timeout(Duration.ofSeconds(10))
                                .build(),
                        BodyHandlers.ofString())
                .body();
    }

    @Test
    @Order(1)
    void eachReplicaShowsTheDecisionsOfBoth() throws Exception {
        await().atMost(TIMEOUT) // API servers learn of new webhooks within seconds, and admit pods without them until
                // then
                .until(() -> controlPlane
                        .kubectl(pod("waiting"), "create", "--dry-run=server", "-o", "json", "-f", "-")
                        .text()
                        .contains("probe-guard.io/rewritten"));
        controlPlane.ok(pod("single"), "create", "-f", "-");
        controlPlane.ok(DEPLOYMENT, "create", "--dry-run=server", "-f", "-");
        for (Replica replica : installation.replicas()) {
            requestReview("direct-" + replica.port(), replica); // an API server keeps its connection to one replica
        }
        for (int console : CONSOLES.values()) {
            await().atMost(TIMEOUT).untilAsserted(() -> {
                String decisions = page(console, "decisions");
                for (Replica replica : installation.replicas()) {
                    assertThat(decisions).contains(">Pod direct-" + replica.port() + "<");
                }
                assertThat(decisions)
                        .contains(">Pod single<", "<span class=\"rewritten\">rewritten</span>")
                        .doesNotContain("Deployment web", "waiting");
            });
        }
    }

    private static String pod(String name) {
        return """
                {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "%s", "namespace": "default"}, "spec": {
                  "containers": [{"name": "app", "image": "x", "livenessProbe": {"exec": {"command": ["x"]}}}]}}
                """.formatted(name);
    }

    /** The request of an API server when a pod is created. */
    private static void requestReview(String pod, Replica replica) throws Exception {
        HttpsURLConnection request = Https.get("https://127.0.0.1:" + replica.port() + "/validate");
        request.setDoOutput(true);
        request.setRequestProperty("Content-Type", "application/json");
        request.getOutputStream().write("""
                        {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {"uid": "u",
                         "kind": {"group": "", "version": "v1", "kind": "Pod"}, "namespace": "default",
                         "operation": "CREATE", "userInfo": {"username": "admin"}, "object": %s}}
                        """.formatted(pod(pod)).getBytes(StandardCharsets.UTF_8));
        assertThat(request.getResponseCode()).isEqualTo(200);
    }

    @Test
    @Order(2)
    void eachReplicaShowsRunningWorkloads() throws Exception {
        controlPlane.ok(DEPLOYMENT, "create", "-f", "-");
        controlPlane.kubectlUntil(
                text -> text.equals("bad-node bad-node"),
                "get",
                "pods",
                "-l",
                "app=web",
                "-o",
                "jsonpath={.items[*].spec.nodeName}");
        for (int console : CONSOLES.values()) {
            await().atMost(TIMEOUT)
                    .untilAsserted(() -> assertThat(page(console, "workloads")).contains("Deployment default/web"));
            await().atMost(TIMEOUT)
                    .untilAsserted(
                            () -> assertThat(page(console, "workload?namespace=default&kind=Deployment&name=web"))
                                    .contains(
                                            "Relaxed: period 4 → 30 s",
                                            "2 of 2 pods with this result, 2 on flagged nodes now"));
            assertThat(page(console, "nodes")).contains("bad-node", "confirmed");
        }
    }

    @Test
    @Order(3)
    void requiresPermissionOverHttps() throws Exception {
        for (String account : List.of("admin", "visitor")) {
            controlPlane.ok("", "create", "serviceaccount", account);
        }
        controlPlane.ok(
                "",
                "create",
                "clusterrolebinding",
                "looks",
                "--clusterrole=probe-guard-console",
                "--serviceaccount=default:admin");
        String admin = controlPlane.token("default", "admin");
        assertThat(overHttps("Bearer " + admin).getResponseCode()).isEqualTo(200);
        assertThat(overHttps("bearer " + admin).getResponseCode()).isEqualTo(200);
        assertThat(new String(overHttps("Bearer " + admin).getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .contains("<h1>Overview</h1>");
        assertThat(overHttps("Bearer " + controlPlane.token("default", "visitor"))
                        .getResponseCode())
                .isEqualTo(403);
        assertThat(overHttps("Bearer nonsense").getResponseCode()).isEqualTo(401);
        assertThat(overHttps("Basic YWRtaW46eA==").getResponseCode()).isEqualTo(401);
        assertThat(overHttps(null).getHeaderField("WWW-Authenticate")).isEqualTo("Bearer");
        for (String path : List.of("/console/", "/%63onsole/", "/console;x=1/", "/;x/console/nodes", "//console/")) {
            assertThat(overHttps(path, null).getResponseCode()).as(path).isEqualTo(401);
        }
    }

    private static HttpsURLConnection overHttps(@Nullable String authorization) throws Exception {
        return overHttps("/console/", authorization);
    }

    private static HttpsURLConnection overHttps(String path, @Nullable String authorization) throws Exception {
        HttpsURLConnection request =
                Https.get("https://127.0.0.1:" + installation.replicas().get(0).port() + path);
        if (authorization != null) {
            request.setRequestProperty("Authorization", authorization);
        }
        return request;
    }

    @Test
    @Order(4)
    void hasAllPermissionsThatItNeeds() throws Exception {
        for (Replica replica : installation.replicas()) {
            assertThat(Files.readString(replica.log())).doesNotContain("forbidden", "Exception", "not shared");
        }
    }

    /** It would share them by itself only up to 30 seconds later. */
    @Test
    @Order(5)
    void keepsTheDecisionsOfAReplicaThatStops() throws Exception {
        Replica stopping = installation.replicas().get(1);
        installation.leaveOut(stopping);
        CONSOLES.remove(stopping);
        requestReview("last", stopping);
        assertThat(stopping.stop()).isEqualTo(143);
        assertThat(controlPlane
                        .ok("", "-n", Installation.NAMESPACE, "get", "configmap", "probe-guard-decisions", "-o", "json")
                        .text())
                .contains("\\\"name\\\":\\\"last\\\"");
        for (int console : CONSOLES.values()) {
            await().atMost(TIMEOUT)
                    .untilAsserted(() -> assertThat(page(console, "decisions")).contains(">Pod last<"));
        }
    }

    @Test
    @Order(6)
    void showsTheLastKnownStateWithoutTheApiServer() throws Exception {
        controlPlane.stopApiServer();
        int console = CONSOLES.values().iterator().next();
        await().atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(page(console, ""))
                        .contains("Node changes are currently not received", "Deployment default/web"));
        assertThat(page(console, "decisions")).contains("Pod single");
        assertThat(overHttps("Bearer anybody").getResponseCode()).isEqualTo(503);
    }
}
