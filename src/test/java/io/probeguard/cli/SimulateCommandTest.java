package io.probeguard.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.probeguard.Golden;
import io.probeguard.Run;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SimulateCommandTest {
    private static final Golden GOLDEN = new Golden("simulate/expected");
    private static final String PODS = "src/test/resources/simulate/input/pods.yaml";

    @AfterAll
    static void noGoldenFileIsStale() {
        GOLDEN.checkNoneIsStale();
    }

    private static Run simulate(String... args) {
        return Run.of(Stream.concat(Stream.of("simulate"), Stream.of(args)).toArray(String[]::new));
    }

    private static List<JsonNode> pods(String... args) {
        List<String> all = new ArrayList<>(List.of("simulate", "-o", "json"));
        all.addAll(List.of(args));
        Run run = Run.of(all.toArray(String[]::new));
        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
        List<JsonNode> pods = new ArrayList<>();
        new JsonMapper().readTree(run.out()).path("pods").forEach(pods::add);
        return pods;
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
                    no-fault.txt  | -o text --for 5m
                    fails.txt     | --fault always-fails
                    fails.json    | --fault always-fails -o json --for 5m
                    docker.txt    | --fault always-fails --kubelet 1.20.2 --runtime docker://20.10.24
                    slow.html     | --fault app=command-slow:3@60 --fault work=command-fails -o html --delete-at 200 --for 8m
                    """)
    void tells(String golden, String args) {
        Run run = simulate((args + " " + PODS).split(" "));
        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
        GOLDEN.check(golden, run.out());
        if (golden.endsWith(".txt")) {
            assertThat(run.out().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(100));
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    --fault explodes                  | --fault explodes: unknown fault "explodes"; expected one of:
                    --fault db=hangs                  | --fault db=hangs: no pod has a container "db"; containers: [app, proxy, work]
                    --fault app/lives=hangs           | --fault app/lives=hangs: unknown handler "lives"; expected one of: liveness,
                    --fault app/startup=hangs         | --fault app/startup=hangs: container app has no startup that calls exec; app has: liveness, readiness (not exec), preStop (not exec)
                    --fault app/readiness=hangs       | --fault app/readiness=hangs: container app has no readiness that calls exec; app has:
                    --kubelet new                     | --kubelet: invalid kubelet version "new"; expected a value like a node's kubeletVersion: v1.37.2
                    --runtime containerd              | --runtime: invalid container runtime "containerd"; expected a value like a node's containerRuntimeVersion:
                    --for 0s                          | --for must be between 1s and 24h
                    --for 25h                         | --for must be between 1s and 24h
                    --delete-at -1                    | --delete-at must not be negative
                    --grace-exit 3 --ignores-term     | are mutually exclusive
                    src/test/resources/no-such.yaml   | src/test/resources/no-such.yaml: no such file or directory
                    """)
    void refuses(String args, String message) {
        Run run = simulate((args + " " + PODS).split(" "));
        assertThat(run.err()).contains(message).doesNotContain("Exception");
        assertThat(run.exitCode()).isEqualTo(2);
    }

    @Test
    void aFileWithoutPodsIsAnError() {
        Run run = simulate("src/examples/nodes.yaml");
        assertThat(run.err()).contains("src/examples/nodes.yaml: no workload found");
        assertThat(run.exitCode()).isEqualTo(2);
    }

    @Test
    void alwaysSaysTheSame() {
        assertThat(simulate("--fault", "sometimes-fails:2", PODS).out())
                .isEqualTo(simulate("--fault", "sometimes-fails:2", PODS).out());
    }

    @Test
    void hasTheShapeThatIsDocumented() {
        JsonNode pod = pods("--fault", "always-fails", "--for", "90s", PODS).get(0);
        assertThat(pod.propertyNames())
                .containsExactly(
                        "file",
                        "line",
                        "kind",
                        "namespace",
                        "name",
                        "kubelet",
                        "runtime",
                        "seconds",
                        "events",
                        "never");
        assertThat(pod.path("line").asInt()).isEqualTo(4);
        assertThat(pod.path("seconds").asDouble()).isEqualTo(90);
        assertThat(pod.path("events").path(0).propertyNames())
                .containsExactly("event", "container", "n", "earliest", "latest", "certain");
        assertThat(pod.path("never").path(0).propertyNames()).containsExactly("event", "container");
    }

    /** The events of a kind in one of the pods, as {@code container n}. */
    private static List<String> told(JsonNode pod, String event) {
        List<String> told = new ArrayList<>();
        for (JsonNode each : pod.path("events")) {
            if (each.path("event").asString().equals(event)) {
                told.add((each.path("container").asString("") + " "
                                + each.path("n").asInt())
                        .strip());
            }
        }
        return told;
    }

    private static List<String> never(JsonNode pod) {
        List<String> never = new ArrayList<>();
        pod.path("never")
                .forEach(each -> never.add((each.path("container").asString("") + " "
                                + each.path("event").asString())
                        .strip()));
        return never;
    }

    @Test
    void aSidecarThatNeverStartsKeepsThePodInInit() {
        JsonNode pod = pods("--fault", "proxy=always-fails", PODS).get(0);
        assertThat(told(pod, "started")).containsExactly("proxy 1");
        assertThat(never(pod)).contains("initialized", "ready", "proxy startupSucceeded", "app killed");
    }

    @Test
    void anOldKubeletWaitsForASidecarToEnd() {
        JsonNode pod = pods("--kubelet", "v1.28.2", PODS).get(0);
        assertThat(told(pod, "started")).containsExactly("proxy 1");
        assertThat(never(pod)).contains("initialized", "ready");
    }

    @Test
    void aJobIsFollowedUntilItFails() {
        List<JsonNode> pods = pods("--fault", "work=command-fails", "--grace-exit", "1", PODS);
        assertThat(pods).extracting(pod -> pod.path("name").asString()).containsExactly("web", "nightly", "nightly");
        assertThat(told(pods.get(1), "podFailed")).containsExactly("1");
        assertThat(told(pods.get(1), "jobFailed")).isEmpty();
        assertThat(told(pods.get(2), "jobFailed")).containsExactly("1");
        assertThat(pods.get(2).path("events").path(0).path("earliest").asDouble())
                .as("on the clock of the first pod, 10 s after its end, of which only the whole seconds are kept")
                .isGreaterThan(14);
    }

    @Test
    void aJobWhoseProgramEndsWellIsComplete() {
        List<JsonNode> pods = pods("--fault", "work=command-fails", PODS);
        assertThat(pods).hasSize(2);
        assertThat(told(pods.get(1), "jobComplete")).containsExactly("1");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
                    the exec's fault comes first       | app=always-fails app=command-fails                     | false
                    the command's where exec gets in   | app=sometimes-fails:2 app=command-fails                | true
                    the more specific wins             | app/liveness=command-slow:0 app=command-fails             | false
                    of two alike the last wins         | app=command-fails app=command-slow:0                   | false
                    whatever order                     | app=command-slow:0 app=command-fails                   | true
                    from a moment on                   | app=command-fails@100000                               | false
                    a named handler that is not exec   | app/readiness=command-fails                            | false
                    """)
    void oneFaultIsStrongest(String what, String faults, boolean killed) {
        String[] args = Stream.concat(Stream.of(faults.split(" ")).map(fault -> "--fault=" + fault), Stream.of(PODS))
                .toArray(String[]::new);
        assertThat(!told(pods(args).get(0), "killed").isEmpty()).isEqualTo(killed);
    }

    @Test
    void aNamedHandlerFailsWhateverItCalls() {
        assertThat(never(pods("--fault", "app/readiness=command-fails", PODS).get(0)))
                .contains("ready");
        assertThat(never(pods("--fault", "command-fails@100000", PODS).get(0))).doesNotContain("ready");
    }

    @Test
    void readsStandardInput() {
        InputStream before = System.in;
        try {
            System.setIn(new ByteArrayInputStream(
                    "{apiVersion: v1, kind: Pod, metadata: {name: one}, spec: {containers: [{name: c}]}}"
                            .getBytes(StandardCharsets.UTF_8)));
            JsonNode pod = pods("-").get(0);
            assertThat(pod.path("file").asString()).isEqualTo("-");
            Map<String, Long> events = Stream.of("started", "ready", "killed")
                    .collect(Collectors.toMap(
                            event -> event, event -> (long) told(pod, event).size()));
            assertThat(events).isEqualTo(Map.of("started", 1L, "ready", 1L, "killed", 0L));
        } finally {
            System.setIn(before);
        }
    }
}
