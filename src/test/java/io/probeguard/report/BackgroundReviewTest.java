package io.probeguard.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.probeguard.cluster.Inventory;
import io.probeguard.cluster.Leadership;
import io.probeguard.cluster.LiveCluster;
import io.probeguard.policy.Policy;
import io.probeguard.report.BackgroundReview.Pass;
import io.probeguard.runtime.Catalogue;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a replica that does not lead asks of the API server, which a small HTTP server stands for. */
class BackgroundReviewTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String BROKEN = "\"labels\": {\"probe-guard.io/exec\": \"broken\"}";
    private static final String SPEC =
            "\"containers\": [{\"name\": \"app\", \"livenessProbe\": {\"exec\": {\"command\": [\"x\"]}}}]";

    private final Queue<String> asked = new ConcurrentLinkedQueue<>();
    private final Map<String, String> answers = new ConcurrentHashMap<>();
    private final Map<String, HttpExchange> watches = new ConcurrentHashMap<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private HttpServer api;
    private KubernetesClient client;
    private LiveCluster cluster;
    private BackgroundReview review;

    @BeforeEach
    void start() throws IOException {
        api = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        api.setExecutor(threads);
        api.createContext("/", this::answer);
        api.start();
        client = new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder()
                        .withAutoConfigure(false)
                        .withMasterUrl("http://127.0.0.1:" + api.getAddress().getPort())
                        .withRequestRetryBackoffLimit(0)
                        .build())
                .build();
        answers.put("/api/v1/namespaces", "");
        answers.put(
                "/apis/apps/v1/deployments", template("shop", "web") + "," + template("probe-guard", "probe-guard"));
        for (String plural : List.of("statefulsets", "daemonsets", "replicasets")) {
            answers.put("/apis/apps/v1/" + plural, "");
        }
        answers.put("/api/v1/replicationcontrollers", "");
        answers.put("/apis/batch/v1/jobs", "");
        answers.put("/apis/batch/v1beta1/cronjobs", "");
    }

    @AfterEach
    void stop() {
        review.close();
        cluster.close();
        client.close();
        api.stop(0);
        threads.shutdownNow();
    }

    private static String template(String namespace, String name) {
        return """
                {"metadata": {"namespace": "%s", "name": "%s", "uid": "u"}, "spec": {"template": {"spec": {%s}}}}""".formatted(namespace, name, SPEC);
    }

    private static String node(String name, String more) {
        return "{\"apiVersion\": \"v1\", \"kind\": \"Node\", \"metadata\": {\"name\": \"" + name
                + "\", \"resourceVersion\": \"1\"" + more + "}}";
    }

    private static String pod(String namespace, String name, String node) {
        return """
                {"metadata": {"namespace": "%s", "name": "%s", "uid": "u"}, "spec": {"nodeName": "%s", %s}}""".formatted(namespace, name, node, SPEC);
    }

    /** Lists what there is by path, and for pods by node; 403 for "forbidden", and 404 for what is not there. */
    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String query = Objects.requireNonNullElse(exchange.getRequestURI().getQuery(), "");
        boolean isWatch = query.contains("watch=true");
        String key = path.endsWith("/pods") ? query.replaceAll(".*spec.nodeName=", "pods on ") : path;
        if (!isWatch && !path.matches("/api/v1/n.*|/apis/coordination.*")) {
            asked.add(key);
        }
        String items = answers.get(key);
        boolean isForbidden = "forbidden".equals(items);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        if ("websocket"
                .equalsIgnoreCase(
                        exchange.getRequestHeaders().getFirst("Upgrade"))) { // a watch falls back to plain HTTP
            exchange.sendResponseHeaders(503, -1);
            return;
        }
        exchange.sendResponseHeaders(items == null ? 404 : isForbidden ? 403 : 200, 0);
        if (isWatch) {
            watches.put(path, exchange);
        } else {
            String body = isForbidden || items == null
                    ? "{\"kind\": \"Status\", \"apiVersion\": \"v1\", \"status\": \"Failure\", \"message\": \"no\"}"
                    : "{\"metadata\": {\"resourceVersion\": \"1\"}, \"items\": [" + items + "]}";
            exchange.getResponseBody().write(body.getBytes(StandardCharsets.UTF_8));
            exchange.close();
        }
    }

    private Pass pass(String... nodes) {
        answers.put("/api/v1/nodes", String.join(",", nodes));
        cluster = LiveCluster.watch(client, Catalogue.builtIn(), false);
        review = new BackgroundReview(
                new Inventory(client),
                cluster,
                Policy.DEFAULT,
                "probe-guard",
                new Leadership(client, "probe-guard", "lease"),
                List.of((pass, mayGoOn) -> {
                    throw new AssertionError("only the leader tells");
                }),
                Duration.ofMinutes(10));
        review.start();
        review.request();
        Pass pass = await().atMost(PATIENCE).until(review::latest, Objects::nonNull);
        assertThat(review.isLeader()).isFalse();
        return pass;
    }

    private static List<String> names(Pass pass) {
        return pass.report().workloads().stream()
                .map(workload -> workload.owner().name())
                .toList();
    }

    @Test
    void readsThePodsOfFlaggedNodesAndTheTemplates() {
        answers.put("pods on bad", pod("shop", "alone", "bad") + "," + pod("probe-guard", "ours", "bad"));
        Pass pass = pass(node("bad", ", " + BROKEN), node("good", ""));
        assertThat(names(pass)).containsExactly("alone", "web");
        assertThat(pass.podsNotRead()).isZero();
        assertThat(pass.isComplete()).isTrue();
        assertThat(asked)
                .containsExactly(
                        "pods on bad",
                        "/apis/apps/v1/deployments",
                        "/apis/apps/v1/statefulsets",
                        "/apis/apps/v1/daemonsets",
                        "/apis/apps/v1/replicasets",
                        "/api/v1/replicationcontrollers",
                        "/apis/batch/v1/jobs",
                        "/apis/batch/v1/cronjobs",
                        "/apis/batch/v1beta1/cronjobs");
        review.request();
        await().during(Duration.ofSeconds(3))
                .atMost(PATIENCE)
                .until(() -> review.latest().at().equals(pass.at()));
    }

    /** As the leader does; its interval is ten minutes. */
    @Test
    void looksAgainOnceWhatIsFlaggedHasChanged() throws IOException {
        answers.put("pods on new", pod("shop", "alone", "new"));
        pass(node("good", ""));
        await().atMost(PATIENCE).until(() -> watches.containsKey("/api/v1/nodes"));
        OutputStream events = watches.get("/api/v1/nodes").getResponseBody();
        events.write("{\"type\": \"ADDED\", \"object\": %s}\n"
                .formatted(node("new", ", " + BROKEN))
                .getBytes(StandardCharsets.UTF_8));
        events.flush();
        await().atMost(PATIENCE).untilAsserted(() -> {
            review.request();
            assertThat(names(review.latest())).containsExactly("alone", "web");
        });
    }

    @Test
    void withNoNodeFlaggedItAsksForNothing() {
        Pass pass = pass(node("good", ""));
        assertThat(pass.report().workloads()).isEmpty();
        assertThat(pass.isComplete()).isTrue();
        assertThat(asked).isEmpty();
    }

    @Test
    void whatIsForbiddenIsLeftOut() {
        answers.put("pods on bad", "forbidden");
        answers.put("pods on worse", pod("shop", "alone", "worse"));
        answers.put("/apis/apps/v1/statefulsets", "forbidden");
        Pass pass = pass(node("bad", ", " + BROKEN), node("worse", ", " + BROKEN));
        assertThat(names(pass)).containsExactly("alone", "web");
        assertThat(pass.podsNotRead()).isEqualTo(1);
        assertThat(pass.isComplete()).isFalse();
    }
}
