package io.probeguard.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.probeguard.RealCluster;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The release probe-guard in the namespace of the same name, on a cluster whose nodes run its pods, as its admin handles it. */
record Release(RealCluster cluster) {
    private static final Duration TIMEOUT = Duration.ofMinutes(4);
    private static final String NAME = "probe-guard";
    private static final JsonMapper JSON = new JsonMapper();

    /** Installs a chart, a folder or a package, and waits until it is rolled out. */
    void install(String chart, List<String> settings) throws Exception {
        List<String> command =
                new ArrayList<>(List.of("install", NAME, chart, "--namespace=" + NAME, "--create-namespace"));
        command.addAll(settings);
        assertThat(cluster.helm(command.toArray(String[]::new))).contains("STATUS: deployed");
        awaitRollout();
    }

    /** Changes settings, and waits until that is rolled out. */
    void upgrade(String chart, String setting) throws Exception {
        cluster.helm("upgrade", NAME, chart, "--namespace=" + NAME, "--reuse-values", setting);
        awaitRollout();
    }

    void uninstall() throws Exception {
        cluster.helm("uninstall", NAME, "--namespace=" + NAME);
    }

    /** As the chart's notes say. */
    void awaitRollout() {
        await().atMost(TIMEOUT)
                .untilAsserted(
                        () -> cluster.ok("", "-n", NAME, "rollout", "status", "deployment/" + NAME, "--timeout=30s"));
    }

    /** What {@code helm test} runs, which needs no image but that of the nodes. There is no DNS here, so it is told the address. */
    void test() throws Exception {
        String address = cluster.ok("", "-n", NAME, "get", "service", NAME, "-o", "jsonpath={.spec.clusterIP}")
                .text();
        String test = cluster.helm("get", "hooks", NAME, "--namespace=" + NAME)
                .replaceFirst(
                        "(?m)^spec:",
                        "spec:\n  hostAliases: [{ip: %s, hostnames: [probe-guard.probe-guard.svc]}]"
                                .formatted(address));
        cluster.ok(test, "create", "-f", "-");
        await().atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(pods("-n", NAME, "-l", "app.kubernetes.io/name=probe-guard-test"))
                        .extracting(pod -> pod.at("/status/phase").asString())
                        .containsExactly("Succeeded"));
        cluster.ok(test, "delete", "-f", "-");
    }

    /** Pods of any namespace, as {@code kubectl get pods} is told which. */
    List<JsonNode> pods(String... which) throws Exception {
        List<String> args = new ArrayList<>(List.of("get", "pods", "-o", "json"));
        args.addAll(List.of(which));
        return JSON.readTree(cluster.ok("", args.toArray(String[]::new)).text())
                .path("items")
                .valueStream()
                .toList();
    }

    /** The pods that serve, without those that are asked to stop. */
    List<JsonNode> replicas() throws Exception {
        return pods("-n", NAME, "-l", "app.kubernetes.io/name=" + NAME).stream()
                .filter(replica -> replica.at("/metadata/deletionTimestamp").isMissingNode())
                .toList();
    }

    static String metrics(JsonNode replica) throws Exception {
        String address = replica.at("/status/podIP").asString();
        int port = replica.at("/spec/containers/0/ports/1/containerPort").asInt();
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://" + address + ":" + port + "/metrics"))
                                .build(),
                        BodyHandlers.ofString())
                .body();
    }

    /** How many reviews of pods a replica was asked for. */
    static double reviews(JsonNode replica) throws Exception {
        Matcher count = Pattern.compile("(?m)^probe_guard_review_duration_seconds_count\\{webhook=\"mutate\"} (\\S+)$")
                .matcher(metrics(replica));
        assertThat(count.find()).isTrue();
        return Double.parseDouble(count.group(1));
    }

    /** The same of all replicas together. */
    double reviews() throws Exception {
        double sum = 0;
        for (JsonNode replica : replicas()) {
            sum += reviews(replica);
        }
        return sum;
    }
}
