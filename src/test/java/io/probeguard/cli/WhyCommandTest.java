package io.probeguard.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.probeguard.FakeApiServer;
import io.probeguard.FakeApiServer.Answer;
import io.probeguard.FakeApiServer.Request;
import io.probeguard.Golden;
import io.probeguard.Run;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A pod, its node and its Events, as an API server shows them to users with different rights. */
class WhyCommandTest {
    private static final Golden GOLDEN = new Golden("why/expected");
    private static final String POD = "/api/v1/namespaces/shop/pods/web-6f9c8d7b5-x2x4z";
    private static final String NODE = """
            {"kind": "Node", "apiVersion": "v1", "metadata": {"name": "node-2", "annotations": {ANNOTATIONS}}, "status":
             {"nodeInfo": {"containerRuntimeVersion": "RUNTIME", "osImage": "CentOS Linux 7 (Core)",
              "kernelVersion": "3.10.0-957.el7.x86_64", "kubeletVersion": "v1.11.0"}}}""";
    private static final String EVENTS = """
            {"kind": "EventList", "apiVersion": "v1", "metadata": {"resourceVersion": "1"}, "items": [
             {"metadata": {"name": "b"}, "type": "Normal", "reason": "Killing", "count": 12,
              "lastTimestamp": "2026-11-27T09:59:58Z", "message": "Killing container with id docker://app:\\u001b[31m"},
             {"metadata": {"name": "a"}, "type": "Warning", "reason": "Unhealthy", "count": 36,
              "lastTimestamp": "2026-11-27T09:59:50Z", "message": "Liveness probe failed: rpc error: code = 2 desc = oci runtime error: exec failed: container_linux.go:247: starting container process caused \\"process_linux.go:110: decoding init error from pipe caused \\\\\\"read parent: connection reset by peer\\\\\\"\\"\\n"}]}""";

    @TempDir
    Path folder;

    /** Matches paths of what the user may not read. */
    private Pattern forbidden = Pattern.compile("nothing");

    private String annotations = "\"probe-guard.io/packages\": \"docker-1.13.1-84.git07f3374.el7.centos.x86_64\"";
    private String runtime = "docker://1.13.1";
    private String pod;
    private FakeApiServer server;

    @BeforeEach
    void start() throws IOException {
        pod = Files.readString(Path.of("src/test/resources/why/input/pod.json"));
        server = new FakeApiServer(this::answer);
        Files.writeString(
                folder.resolve("kubeconfig"), """
                apiVersion: v1
                kind: Config
                current-context: away
                clusters:
                - {name: here, cluster: {server: "%s"}}
                - {name: away, cluster: {server: "http://127.0.0.1:1"}}
                users: [{name: me, user: {token: x}}]
                contexts:
                - {name: here, context: {cluster: here, user: me, namespace: shop}}
                - {name: away, context: {cluster: away, user: me}}
                """.formatted(server.client().getMasterUrl()));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @AfterAll
    static void noGoldenFileIsStale() {
        GOLDEN.checkNoneIsStale();
    }

    private Answer answer(Request request) {
        String path = request.path();
        if (forbidden.matcher(path).find()) {
            return Answer.failed(403);
        }
        return switch (path) {
            case POD -> Answer.ok(pod);
            case "/api/v1/nodes/node-2" ->
                Answer.ok(NODE.replace("ANNOTATIONS", annotations).replace("RUNTIME", runtime));
            case "/api/v1/nodes" ->
                Answer.ok("{\"kind\": \"NodeList\", \"apiVersion\": \"v1\", \"metadata\": {}, \"items\": ["
                        + NODE.replace("ANNOTATIONS", annotations).replace("RUNTIME", runtime) + "]}");
            case "/api/v1/namespaces/shop/events" ->
                Answer.ok(request.query().contains("involvedObject.uid=u-1") ? EVENTS : "{}");
            case "/api/v1/namespaces/shop" ->
                Answer.ok("{\"kind\": \"Namespace\", \"apiVersion\": \"v1\", \"metadata\": {\"name\": \"shop\"}}");
            case "/api/v1/events", "/api/v1/namespaces/probe-guard/events" ->
                Answer.ok("{\"kind\": \"EventList\", \"apiVersion\": \"v1\", \"metadata\": {}, \"items\": []}");
            case "/api/v1/namespaces/probe-guard/pods" ->
                Answer.ok("{\"kind\": \"PodList\", \"apiVersion\": \"v1\", \"metadata\": {}, \"items\": []}");
            default -> Answer.failed(404);
        };
    }

    private Run why(String... args) {
        List<String> all = new ArrayList<>(List.of("why", "--kubeconfig", kubeconfig()));
        all.addAll(List.of(args));
        return Run.of(all.toArray(String[]::new));
    }

    private String kubeconfig() {
        try {
            return folder.resolve("kubeconfig").toRealPath().toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "broken.txt,          nothing,                                    docker://1.13.1,    -o text",
        "broken.json,         nothing,                                    docker://1.13.1,    -o json",
        "pod-only.txt,        /events|/nodes|/shop$,                      docker://1.13.1,    -o text",
        "pod-only.json,       /events|/nodes|/shop$,                      docker://1.13.1,    -o json",
        "healthy.txt,         nothing,                                    containerd://2.2.9, -o text",
        "no-evidence.txt,     v1/events|namespaces/probe-guard/|/shop$,   docker://1.13.1,    -o text",
    })
    void answers(String golden, String denied, String containerRuntime, String args) {
        runtime = containerRuntime;
        annotations = containerRuntime.startsWith("docker") ? annotations : "";
        forbidden = Pattern.compile(denied);
        List<String> all = new ArrayList<>(List.of("--context", "here", "pod/web-6f9c8d7b5-x2x4z"));
        all.addAll(List.of(args.split(" ", -1)));
        Run run = why(all.toArray(String[]::new));
        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).doesNotContain("\u001b");
        GOLDEN.check(golden, run.out());
    }

    /** What is said follows from what the pod is, and not from where it is. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            "exec"                | "tcpSocket"           | It has no exec probes or hooks
            "reason": "Error"     | "reason": "OOMKilled" | Container app ran out of memory last (OOMKilled), which no probe causes.
            "nodeName": "node-2", |                       | On nodes that can run it exec always fails, by what is known of them.
            "node-2"              | "gone"                | node gone does not exist any more
            "restartCount": 12    | "restartCount": 0     | 0 restarts (predicted and happening)
            "status": "False"     | "status": "True"      | Ready since 2026-11-27T09:00:00Z, 12 restarts (predicted and happening)
            probe-guard.io/rewritten | probe-guard.io/skip | left alone: [
            """)
    void theAnswerFollows(String from, String to, String said) {
        pod = pod.replace(from, to == null ? "" : to);
        Run run = why("--context", "here", "web-6f9c8d7b5-x2x4z");
        assertThat(run.err()).isEmpty();
        assertThat(run.out().replaceAll("\\s+", " ")).contains(said);
    }

    /** Over CRI "probe failed" is followed by what the command printed, which anybody may choose. */
    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({"docker://20.10.24, true", "containerd://2.2.9, false", "'', false"})
    void whatACommandMayHavePrintedIsNoSymptom(String containerRuntime, boolean isSymptom) {
        runtime = containerRuntime;
        annotations = "";
        Run run = why("--context", "here", "web-6f9c8d7b5-x2x4z");
        assertThat(run.out().contains("Yet Events of the pod say that exec fails"))
                .isEqualTo(isSymptom);
        assertThat(run.out().contains("exec fails: as on nodes with docker-el7-1.13.1-84"))
                .isEqualTo(isSymptom);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            --context here web -n shop                   | there is no pod "web" in namespace shop
            --context here web-6f9c8d7b5-x2x4z -n other  | there is no pod "web-6f9c8d7b5-x2x4z" in namespace other
            --context nowhere web                        | --context: the kubeconfig has no context "nowhere"
            web                                          | the cluster at http://127.0.0.1:1/ is unreachable: connection refused
            --context here --as-group x web              | --as-group needs --as
            --context here                               | Missing required parameter: 'POD'
            """)
    void saysWhatIsWrong(String args, String error) {
        Run run = why(args.split(" ", -1));
        assertThat(run.err()).startsWith("error: " + error).doesNotContain("\tat ");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
    }

    @Test
    void namesTheRightThatIsMissingForThePodItself() {
        forbidden = Pattern.compile("/pods/");
        Run run = why("--context", "here", "web");
        assertThat(run.err())
                .matches("error: the cluster at http://127.0.0.1:\\d+/ denied the request: no; ask an admin .*\n");
    }
}
