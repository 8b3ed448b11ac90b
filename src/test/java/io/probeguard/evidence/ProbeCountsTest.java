package io.probeguard.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.probeguard.node.Observation;
import io.probeguard.probe.Pods;
import io.probeguard.probe.Workload;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What counts of probes show, as Prometheus answers with them. */
class ProbeCountsTest {
    private final Instant now = Instant.parse("2026-11-27T12:00:00Z");
    private final List<String> asked = new ArrayList<>();
    private HttpServer server;
    private int status = 200;
    private UnaryOperator<String> answer = query -> "";

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            String query = URLDecoder.decode(exchange.getRequestURI().getRawQuery(), StandardCharsets.UTF_8);
            asked.add(query + " " + exchange.getRequestHeaders().getFirst("Authorization"));
            byte[] body = answer.apply(query).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private Prometheus prometheus(@Nullable Path tokenFile) {
        return new Prometheus(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/"), tokenFile, null);
    }

    /**
     * Pods of the node as NAME PROBE READY, series as POD RESULT INCREASE, and of those that succeeded how many seconds they
     * took on average. All probes are of readiness, every pod is of its own Deployment, named like the pod without its last
     * part.
     */
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            three stand still                  | a-1 exec, b-1 exec, c-1 exec, d-1 tcp                      | d-1 successful 90                                                                                                                                                      | always-fails    | shop/a, shop/b, shop/c: prober_probe_total of their exec probes stands still, that of others rises
            they did rise before               | a-1 exec, b-1 exec, c-1 exec, d-1 tcp                      | d-1 successful 90, a-1 successful 0, b-1 failed 0                                                                                                                      | always-fails    | shop/a, shop/b, shop/c: prober_probe_total of their exec probes stands still, that of others rises
            one of four is counted             | a-1 exec, b-1 exec, c-1 exec, d-1 exec                     | d-1 successful 90                                                                                                                                                      | always-fails    | shop/a, shop/b, shop/c: prober_probe_total of their exec probes stands still, that of others rises
            only two                           | a-1 exec, b-1 exec, d-1 tcp                                | d-1 successful 90                                                                                                                                                      | -               | -
            replicas of one                    | a-1 exec, a-2 exec, a-3 exec, d-1 tcp                      | d-1 successful 90                                                                                                                                                      | -               | -
            the node is not scraped            | a-1 exec, b-1 exec, c-1 exec, d-1 tcp                      | e-1 successful 90                                                                                                                                                      | -               | -
            nothing is counted here            | a-1 exec, b-1 exec, c-1 exec, d-1 tcp                      | d-1 successful 0, e-1 successful 90                                                                                                                                    | -               | -
            just started                       | a-1 exec now, b-1 exec now, c-1 exec, d-1 tcp              | d-1 successful 90                                                                                                                                                      | -               | -
            waiting for their images           | a-1 exec waiting, b-1 exec, c-1 exec, d-1 tcp              | d-1 successful 90                                                                                                                                                      | -               | -
            not started up, by tcp             | a-1 exec startup, b-1 exec, c-1 exec, d-1 tcp              | d-1 successful 90                                                                                                                                                      | -               | -
            they fail only here                | a-1 exec, b-1 exec, c-1 exec                               | a-1 failed 90, b-1 failed 90, c-1 failed 90, a-2 successful 90, b-2 successful 90, c-2 successful 90                                                                   | always-fails    | shop/a, shop/b, shop/c: all of their exec probes fail here, and hardly any on other nodes
            they fail everywhere               | a-1 exec, b-1 exec, c-1 exec                               | a-1 failed 90, b-1 failed 90, c-1 failed 90, a-2 failed 90, b-2 successful 90, c-2 successful 90                                                                       | -               | -
            nothing to compare with            | a-1 exec, b-1 exec, c-1 exec                               | a-1 failed 90, b-1 failed 90, c-1 failed 90                                                                                                                            | -               | -
            healthy                            | a-1 exec, b-1 exec, c-1 exec                               | a-1 successful 90, b-1 successful 90, c-1 successful 90, a-1 failed 2                                                                                                  | -               | -
            they nearly all fail here          | a-1 exec, b-1 exec, c-1 exec                               | a-1 failed 90, a-1 successful 5, b-1 failed 90, c-1 failed 90, a-2 successful 90, b-2 successful 90, c-2 successful 90                                                 | sometimes-fails | shop/a, shop/b, shop/c: nearly all of their exec probes fail here, and hardly any on other nodes
            they take long only here           | a-1 exec, b-1 exec, c-1 exec                               | a-1 successful 90 took 5.2, b-1 successful 90 took 5.2, c-1 successful 90 took 5.2, a-2 successful 90 took 0.1, b-2 successful 90 took 0.1, c-2 successful 90 took 0.1 | slow            | shop/a, shop/b, shop/c: their exec probes take over a second here, and less than a fifth of that on other nodes
            one takes long everywhere          | a-1 exec, b-1 exec, c-1 exec                               | a-1 successful 90 took 5.2, b-1 successful 90 took 5.2, c-1 successful 90 took 5.2, a-2 successful 90 took 0.1, b-2 successful 90 took 5.0, c-2 successful 90 took 0.1 | -               | -
            longer, but in time                | a-1 exec, b-1 exec, c-1 exec                               | a-1 successful 90 took 0.9, b-1 successful 90 took 0.9, c-1 successful 90 took 0.9, a-2 successful 90 took 0.1, b-2 successful 90 took 0.1, c-2 successful 90 took 0.1 | -               | -
            two times as long                  | a-1 exec, b-1 exec, c-1 exec                               | a-1 successful 90 took 1.2, b-1 successful 90 took 1.2, c-1 successful 90 took 1.2, a-2 successful 90 took 0.6, b-2 successful 90 took 0.6, c-2 successful 90 took 0.6 | -               | -
            long, none to compare with         | a-1 exec, b-1 exec, c-1 exec                               | a-1 successful 90 took 5.2, b-1 successful 90 took 5.2, c-1 successful 90 took 5.2                                                                                     | -               | -
            others than by exec take long      | a-1 tcp, b-1 tcp, c-1 tcp                                  | a-1 successful 90 took 5.2, b-1 successful 90 took 5.2, c-1 successful 90 took 5.2, a-2 successful 90 took 0.1, b-2 successful 90 took 0.1, c-2 successful 90 took 0.1 | -               | -
            some stand still, others take long | a-1 exec, b-1 exec, c-1 exec, d-1 exec, e-1 exec, f-1 exec | a-1 successful 90 took 5.2, b-1 successful 90 took 5.2, c-1 successful 90 took 5.2, a-2 successful 90 took 0.1, b-2 successful 90 took 0.1, c-2 successful 90 took 0.1 | always-fails    | shop/a, shop/b, shop/c, shop/d, shop/e, shop/f: prober_probe_total of their exec probes stands still, that of others rises, their exec probes take over a second here, and less than a fifth of that on other nodes
            """)
    void show(String name, String pods, String series, String effect, String expected) {
        answer = query -> "{\"status\": \"success\", \"data\": {\"resultType\": \"vector\", \"result\": ["
                + Stream.of(series.split(", ", -1))
                        .map(words -> sample(query, words.split(" ", -1)))
                        .filter(Objects::nonNull)
                        .collect(Collectors.joining(","))
                + "]}}";
        List<Workload> here = Stream.of(pods.split(", ", -1)).map(this::pod).toList();
        Optional<Observation> shown = ProbeCounts.read(prometheus(null)).on(here, now);
        assertThat(shown.map(seen -> String.join(", ", seen.workloads()) + ": " + String.join(", ", seen.symptoms()))
                        .orElse(null))
                .isEqualTo(expected);
        assertThat(shown.map(seen -> seen.effect().word()).orElse(null)).isEqualTo(effect);
        assertThat(asked).hasSize(3);
    }

    private static @Nullable String sample(String query, String[] word) {
        if (query.contains("prober_probe_total")) {
            return sample(word[0], ", \"result\": \"" + word[1] + "\"", word[2]);
        }
        if (word.length < 4) {
            return null;
        }
        boolean isSum = query.contains("prober_probe_duration_seconds_sum");
        return sample(
                word[0],
                "",
                isSum ? String.valueOf(Double.parseDouble(word[2]) * Double.parseDouble(word[4])) : word[2]);
    }

    private static String sample(String pod, String moreLabels, String value) {
        return "{\"metric\": {\"namespace\": \"shop\", \"pod\": \"" + pod
                + "\", \"container\": \"app\", \"probe_type\": \"Readiness\"" + moreLabels
                + "}, \"value\": [1790000000.1, \"" + value + "\"]}";
    }

    private Workload pod(String words) {
        String[] word = words.split(" ", -1);
        String special = word.length > 2 ? word[2] : "";
        String name = word[0];
        String probe = word[1].equals("exec") ? "exec: {command: [x]}" : "tcpSocket: {port: 1}";
        return Pods.read("{apiVersion: v1, kind: Pod, metadata: {namespace: shop, name: " + name
                        + ", ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: "
                        + name.substring(0, 1) + "-5f4d9c8b7, controller: true}]}, spec: {containers: [{name: app, "
                        + (special.equals("startup") ? "startupProbe: {tcpSocket: {port: 1}}, " : "")
                        + "readinessProbe: {"
                        + probe + "}}]}, status: {conditions: [{type: Ready, status: 'False', lastTransitionTime: '"
                        + now.minusSeconds(special.equals("now") ? 60 : 3600)
                        + "'}], containerStatuses: [{state: {" + (special.equals("waiting") ? "waiting" : "running")
                        + ": {}}}]}}")
                .get(0)
                .workload();
    }

    @Test
    void theTokenIsReadForEachQuery(@TempDir Path folder) throws IOException {
        answer = query -> "{\"status\": \"success\", \"data\": {\"result\": []}}";
        Path token = Files.writeString(folder.resolve("token"), "one\n");
        Prometheus prometheus = prometheus(token);
        prometheus.query("up");
        Files.writeString(token, "two");
        prometheus.query("up");
        assertThat(asked).containsExactly("query=up Bearer one", "query=up Bearer two");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            400 | {"status": "error", "error": "parse error"} | HTTP status 400: parse error
            200 | <html>                                      | HTTP status 200, and no JSON
            503 | {}                                          | HTTP status 503: no error message
            """)
    void anErrorSaysWhatIsWrong(int code, String body, String message) {
        status = code;
        answer = query -> body;
        Prometheus prometheus = prometheus(null);
        assertThatThrownBy(() -> prometheus.query("up"))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageStartingWith("Prometheus at http://127.0.0.1:")
                .hasMessageEndingWith(message);
    }
}
