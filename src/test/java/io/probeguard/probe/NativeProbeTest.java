package io.probeguard.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.json.JsonMapper;

/** Command lines as charts and operators write them. */
class NativeProbeTest {
    private static final Timing TIMING = new Timing(null, null, 2, null, null);

    /** @param json in which OR stands for ||, since | ends a column */
    private static List<String> words(String json) {
        return List.of(new JsonMapper().readValue(json.replace(" OR ", " || "), String[].class));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                    ["/bin/grpc_health_probe", "-addr=:5000"]                                    | grpc: {port: 5000}
                    ["grpc_health_probe", "--addr", "localhost:9090", "--service=a.b.C"]         | grpc: {port: 9090, service: a.b.C}
                    ["/bin/grpc_health_probe", "-addr=127.0.0.1:50051", "-connect-timeout=2s", "-rpc-timeout=1500ms"] | grpc: {port: 50051}, timeoutSeconds: 4
                    ["grpc_health_probe", "-v", "-addr=[::1]:5000"]                              | grpc: {port: 5000}
                    ["sh", "-c", "/bin/grpc_health_probe -addr=:5000"]                           | grpc: {port: 5000}
                    ["curl", "-f", "http://localhost:8080/healthz"]                              | httpGet: {path: /healthz, port: 8080}
                    ["curl", "-fsS", "localhost:9200"]                                           | httpGet: {path: /, port: 9200}
                    ["curl", "-sf", "-o", "/dev/null", "http://127.0.0.1/ready?full=1"]          | httpGet: {path: "/ready?full=1", port: 80}
                    ["curl", "--fail", "-k", "-m", "5", "https://localhost:6443/livez"]          | httpGet: {path: /livez, port: 6443, scheme: HTTPS}, timeoutSeconds: 5
                    ["curl", "-f", "-m1", "http://localhost:1/"]                                 | httpGet: {path: /, port: 1}
                    ["curl", "-f", "-H", "Host: example.com", "http://localhost/"]               | httpGet: {path: /, port: 80, httpHeaders: [{name: Host, value: example.com}]}
                    ["/bin/sh", "-c", "curl -f http://localhost:8080/health OR exit 1"]          | httpGet: {path: /health, port: 8080}
                    ["bash", "-c", "exec curl --silent --fail 'http://localhost:8080/a' > /dev/null 2>&1"] | httpGet: {path: /a, port: 8080}
                    ["wget", "-q", "-O", "-", "http://localhost:9090/-/healthy"]                 | httpGet: {path: /-/healthy, port: 9090}
                    ["wget", "-qO-", "http://127.0.0.1:8080/"]                                   | httpGet: {path: /, port: 8080}
                    ["wget", "--spider", "-T", "3", "-t", "1", "http://localhost:3000/x"]        | httpGet: {path: /x, port: 3000}, timeoutSeconds: 3
                    ["wget", "--no-check-certificate", "-nv", "https://localhost/x"]             | httpGet: {path: /x, port: 443, scheme: HTTPS}
                    ["nc", "-z", "localhost", "5432"]                                            | tcpSocket: {port: 5432}
                    ["sh", "-c", "nc -zv -w3 127.0.0.1 6379"]                                    | tcpSocket: {port: 6379}, timeoutSeconds: 3
                    """)
    void replacesWhatCanBeTold(String command, String yaml) {
        assertThat(NativeProbe.of(words(command), TIMING))
                .get()
                .extracting(NativeProbe::yaml)
                .isEqualTo(yaml);
        assertThat(new Yaml().<Object>load("{" + yaml + "}")).isNotNull();
    }

    /** Each would check less, more or something else. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "[\"pg_isready\", \"-U\", \"postgres\"]",
                "[\"redis-cli\", \"ping\"]",
                "[\"mysqladmin\", \"ping\", \"-h\", \"localhost\"]",
                "[\"cat\", \"/tmp/healthy\"]",
                "[\"/health.sh\"]",
                "[\"sh\", \"-c\", \"pgrep nginx\"]",
                "[\"sh\", \"-c\", \"\"]",
                "[\"grpc_health_probe\", \"-addr=db:5000\"]",
                "[\"grpc_health_probe\", \"-addr=unix:///run/a.sock\"]",
                "[\"grpc_health_probe\", \"-addr=:5000\", \"-tls\"]",
                "[\"grpc_health_probe\", \"-addr=:5000\", \"-tls\", \"-tls-ca-cert=/ca\"]",
                "[\"grpc_health_probe\", \"-addr=:$(PORT)\"]",
                "[\"grpc_health_probe\"]",
                "[\"curl\", \"http://localhost:8080/\"]",
                "[\"curl\", \"-f\", \"http://other:8080/\"]",
                "[\"curl\", \"-f\", \"https://localhost:8080/\"]",
                "[\"curl\", \"-f\", \"-u\", \"a:b\", \"http://localhost/\"]",
                "[\"curl\", \"-f\", \"http://a:b@localhost/\"]",
                "[\"curl\", \"-f\", \"-X\", \"POST\", \"http://localhost/\"]",
                "[\"curl\", \"-fI\", \"http://localhost/\"]",
                "[\"curl\", \"-f\", \"--unix-socket\", \"/run/a\", \"http://localhost/\"]",
                "[\"curl\", \"-f\", \"http://localhost/a\", \"http://localhost/b\"]",
                "[\"curl\", \"-f\"]",
                "[\"sh\", \"-c\", \"curl -f http://localhost/ | grep ok\"]",
                "[\"sh\", \"-c\", \"curl -f http://localhost/ && test -f /a\"]",
                "[\"sh\", \"-c\", \"curl -f http://localhost:$PORT/\"]",
                "[\"sh\", \"-c\", \"curl -f http://localhost/ || true\"]",
                "[\"sh\", \"-c\", \"curl -f http://localhost/'a'b\"]",
                "[\"wget\", \"-t\", \"3\", \"http://localhost/\"]",
                "[\"wget\", \"https://localhost/\"]",
                "[\"wget\", \"--post-data=a\", \"http://localhost/\"]",
                "[\"nc\", \"localhost\", \"5432\"]",
                "[\"nc\", \"-zu\", \"localhost\", \"53\"]",
                "[\"nc\", \"-z\", \"db\", \"5432\"]",
                "[\"nc\", \"-z\", \"localhost\", \"20-30\"]"
            })
    void hasNothingForOthers(String command) {
        assertThat(NativeProbe.of(words(command), TIMING)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                    ["grpc_health_probe", "-addr=:5000"]        | 1.24 |
                    ["curl", "-f", "http://localhost/"]         |      |
                    ["wget", "--spider", "http://localhost/"]   |      | HEAD
                    """)
    void saysSinceWhenAndWhatDiffers(String command, String since, String remark) {
        assertThat(NativeProbe.of(words(command), TIMING)).get().satisfies(probe -> {
            assertThat(probe.since()).isEqualTo(since);
            if (remark == null) {
                assertThat(probe.remark()).isNull();
            } else {
                assertThat(probe.remark()).contains(remark);
            }
        });
    }
}
