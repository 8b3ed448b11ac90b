package io.probeguard.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.probeguard.ControlPlane;
import io.probeguard.External;
import io.probeguard.FakeApiServer;
import io.probeguard.FakeApiServer.Answer;
import io.probeguard.FakeApiServer.Request;
import io.probeguard.Https;
import io.probeguard.Jar.Serve;
import io.probeguard.tls.CertificateFolder;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the panels of the dashboard show: each query is asked of a real Prometheus that scrapes a real {@code serve}, which
 * watches nodes and reviews pods. Needs {@code prometheus} on the PATH.
 */
class DashboardIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final JsonMapper JSON = new JsonMapper();
    private static final Path DASHBOARD = Path.of("charts/probe-guard/files/dashboard.json");

    /** Stands for {@code $__rate_interval}, which Grafana makes some times as long as the scrape interval. */
    private static final String RATE_INTERVAL = "10s";

    /** One flagged node, one on which its admin says that exec works, and one that is suspected. */
    private static final String NODES = """
            {"kind": "NodeList", "apiVersion": "v1", "metadata": {"resourceVersion": "1"}, "items": [
             {"metadata": {"name": "broken", "annotations": {
               "probe-guard.io/packages": "docker-1.13.1-84.git07f3374.el7.centos.x86_64"}}, "status": %1$s},
             {"metadata": {"name": "works", "labels": {"probe-guard.io/exec": "healthy"}}, "status": %1$s},
             {"metadata": {"name": "suspected"}, "status": %1$s}]}
            """.formatted("""
            {"nodeInfo": {"containerRuntimeVersion": "docker://1.13.1", "kernelVersion": "3.10.0-957.el7.x86_64",
             "kubeletVersion": "v1.13.0", "osImage": "CentOS Linux 7 (Core)"}}""");

    @TempDir
    Path folder;

    private final HttpClient client = HttpClient.newHttpClient();

    /** An API server that has these nodes, and is empty otherwise. */
    private static Answer answer(Request request) {
        return Answer.ok(
                request.path().equals("/api/v1/nodes")
                        ? NODES
                        : "{\"kind\": \"List\", \"apiVersion\": \"v1\", \"metadata\": {\"resourceVersion\": \"1\"},"
                                + " \"items\": []}");
    }

    private Path kubeconfig(FakeApiServer apiServer) throws IOException {
        return Files.writeString(
                folder.resolve("kubeconfig"), """
                apiVersion: v1
                kind: Config
                clusters: [{name: fake, cluster: {server: "%s"}}]
                users: [{name: fake, user: {token: fake}}]
                contexts: [{name: fake, context: {cluster: fake, user: fake}}]
                current-context: fake
                """.formatted(apiServer.client().getMasterUrl()));
    }

    private Process prometheus(int port, int target) throws IOException {
        Path config = Files.writeString(folder.resolve("prometheus.yml"), """
                global: {scrape_interval: 500ms}
                scrape_configs: [{job_name: probe-guard, static_configs: [{targets: ["127.0.0.1:%d"]}]}]
                """.formatted(target));
        return new ProcessBuilder(
                        External.program("prometheus").toString(),
                        "--config.file=" + config,
                        "--storage.tsdb.path=" + folder.resolve("data"),
                        "--web.listen-address=127.0.0.1:" + port)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("prometheus.log").toFile())
                .start();
    }

    /** The values of the series that a query returns now. */
    private double[] values(int port, String query) throws Exception {
        URI uri = URI.create(
                "http://127.0.0.1:" + port + "/api/v1/query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8));
        String answer = client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
                .body();
        JsonNode read = JSON.readTree(answer);
        assertThat(read.path("status").asString()).as(answer).isEqualTo("success");
        return read.at("/data/result")
                .valueStream()
                .mapToDouble(series -> Double.parseDouble(series.at("/value/1").asString()))
                .toArray();
    }

    /** By panel and query. */
    private static Map<String, String> queries() throws IOException {
        Map<String, String> queries = new TreeMap<>();
        for (JsonNode panel : JSON.readTree(Files.readString(DASHBOARD)).path("panels")) {
            for (JsonNode target : panel.path("targets")) {
                queries.put(
                        panel.path("id").asInt() + " " + panel.path("title").asString() + " "
                                + target.path("refId").asString(),
                        target.path("expr").asString().replace("$__rate_interval", RATE_INTERVAL));
            }
        }
        return queries;
    }

    /** Whether a panel shows zero while all is well. */
    private static boolean isZero(String panel) {
        return Stream.of("Node watch age", "Watch age", "Errors", "Warnings and errors")
                .anyMatch(panel::contains);
    }

    /** A pod that meets the flagged node, asked about as an API server does. */
    private static void review(HttpClient api, String url) throws Exception {
        String review = """
                {"kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1", "request": {"uid": "1",
                 "kind": {"group": "", "version": "v1", "kind": "Pod"}, "namespace": "shop", "operation": "CREATE",
                 "object": {"metadata": {"name": "web"}, "spec": {"containers": [{"name": "app", "image": "x",
                  "livenessProbe": {"exec": {"command": ["x"]}}}]}}}}
                """;
        for (String webhook : List.of("/mutate", "/validate")) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(url + webhook))
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString(review))
                    .build();
            assertThat(api.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void everyPanelShowsSomething() throws Exception {
        External.program("prometheus");
        int management = ControlPlane.freePort();
        int port = ControlPlane.freePort();
        try (FakeApiServer apiServer = new FakeApiServer(DashboardIT::answer);
                Serve serve = Serve.start(
                        folder,
                        "--kubeconfig",
                        kubeconfig(apiServer).toString(),
                        "--mode",
                        "rewrite",
                        "--management-port",
                        String.valueOf(management))) {
            Process prometheus = prometheus(port, management);
            try {
                HttpClient api = HttpClient.newBuilder()
                        .sslContext(Https.trusting(new CertificateFolder(folder.resolve("certs")).trusted()))
                        .build();
                await().atMost(TIMEOUT)
                        .ignoreExceptions()
                        .until(() -> Https.status(serve.url() + "/readyz") == 200 && values(port, "up").length == 1);
                Map<String, String> queries = queries();
                assertThat(queries).hasSizeGreaterThan(10);
                await().atMost(TIMEOUT).pollInterval(Duration.ofMillis(300)).untilAsserted(() -> {
                    review(api, serve.url());
                    for (Map.Entry<String, String> each : queries.entrySet()) {
                        double[] values = values(port, each.getValue());
                        assertThat(values).as(each.toString()).isNotEmpty().doesNotContain(Double.NaN);
                        assertThat(DoubleStream.of(values).anyMatch(value -> value > 0) || isZero(each.getKey()))
                                .as("%s is more than zero", each)
                                .isTrue();
                    }
                });
            } finally {
                prometheus.destroy();
                assertThat(prometheus.waitFor(10, TimeUnit.SECONDS)).isTrue();
            }
        }
    }
}
