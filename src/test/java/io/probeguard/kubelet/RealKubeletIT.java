package io.probeguard.kubelet;

import static org.assertj.core.api.Assertions.assertThat;

import io.probeguard.External;
import io.probeguard.RealCluster;
import io.probeguard.RealNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.opentest4j.TestAbortedException;
import tools.jackson.databind.JsonNode;

/** What {@code simulate} says, held against kubelets that run now: ten scenarios, all at once, for three minutes. */
@Execution(ExecutionMode.CONCURRENT) // kubelets take their time, and little of the machine
class RealKubeletIT {
    private static final int SECONDS = 180;

    /** Each scenario counts from its own start, and the last may start so much later than the watch. */
    private static final int START = 25;

    /** Where the machine stood still for longer, probes without a fault time out, and what came of it says nothing. */
    private static final double TOO_LATE = 8;

    /** Those that differ, and of which none stalls its node or beats a watch by ending in its first second. */
    private static final List<String> SCENARIOS = List.of(
            "s01-liveness-fails",
            "s03-ready-then-broken",
            "s04-each-second-exec-fails",
            "s16b-startup-command-fails",
            "s17-liveness-always-fails",
            "a04", // a Job with pods that follow each other
            "a10", // exec comes too late for its probe
            "a20", // postStart fails
            "v16"); // preStop takes its time

    private static final String HEALTHY = """
            {"name": "healthy", "spec": {"containers": [{"name": "c",
             "readinessProbe": {"exec": {"command": ["true"]}, "periodSeconds": 1}}]}}
            """;

    /** The tenth is a sidecar that fails, native where there is such a thing. */
    @ParameterizedTest
    @Execution(ExecutionMode.SAME_THREAD)
    @CsvSource({"1.37.2, containerd, e03", "1.20.2, docker, a01"})
    void whatIsPredictedHappens(String kubernetes, String runtime, String sidecar, @TempDir Path folder)
            throws Exception {
        Transcribe.require();
        Map<String, JsonNode> scenarios = Scenarios.all();
        List<JsonNode> chosen = Stream.concat(SCENARIOS.stream(), Stream.of(sidecar))
                .map(name -> Objects.requireNonNull(scenarios.get(name), name))
                .toList();
        String runs = ScenarioRun.documents(chosen) + "\n---\n" + HEALTHY;
        Path file = Files.writeString(folder.resolve("scenarios.yaml"), runs);
        Path seen = folder.resolve("seen.json");
        Stack stack;
        double lateness;
        try (RealCluster cluster = started(() -> RealCluster.start(folder, kubernetes))) {
            RealNode node = started(() -> cluster.node("observed", runtime));
            stack = stack(cluster);
            Files.writeString(seen, node.observe(file, SECONDS));
            lateness = lateness(cluster, node);
        }
        assertNothingRuns(folder);
        System.out.printf("%s: a healthy pod's probes came up to %.1f s late%n", stack, lateness);
        if (lateness > TOO_LATE) {
            External.skip("the machine stood still for " + lateness + " s");
        }
        assertPredicted(stack, seen, scenarios, lateness);
    }

    /** A machine on which they do not come up says nothing about predictions. */
    private static <T> T started(Callable<T> start) throws Exception {
        try {
            return start.call();
        } catch (TestAbortedException e) {
            throw e;
        } catch (Exception | AssertionError e) {
            External.skip("no kubelet becomes Ready here: " + e.getMessage());
            throw e;
        }
    }

    private static Stack stack(RealCluster cluster) throws Exception {
        String[] info = cluster.ok(
                        "",
                        "get",
                        "nodes",
                        "-o",
                        "jsonpath={.items[0].status.nodeInfo.kubeletVersion}"
                                + " {.items[0].status.nodeInfo.containerRuntimeVersion}")
                .text()
                .split(" ", -1);
        return new Stack(info[0], info[1]);
    }

    /** By how many seconds the most belated probe of the healthy pod, which has one each second, came late. */
    private static double lateness(RealCluster cluster, RealNode node) throws Exception {
        String container = cluster.ok(
                        "", "get", "pod", "healthy", "-o", "jsonpath={.status.containerStatuses[0].containerID}")
                .text()
                .replaceFirst(".*//", "");
        List<Double> execs = node.execs(container);
        assertThat(execs).as("execs into the healthy pod").hasSizeGreaterThan(1);
        double longest = 1;
        for (int i = 1; i < execs.size(); i++) {
            longest = Math.max(longest, execs.get(i) - execs.get(i - 1));
        }
        return longest - 1;
    }

    private static void assertNothingRuns(Path folder) {
        assertThat(ProcessHandle.allProcesses()
                        .map(process -> process.info().commandLine().orElse(""))
                        .filter(command -> command.contains(folder.toString())))
                .as("processes of a cluster that is closed")
                .isEmpty();
    }

    private static void assertPredicted(Stack stack, Path seen, Map<String, JsonNode> scenarios, double slack)
            throws IOException, InterruptedException {
        List<String> table = Transcribe.run("observed", String.valueOf(SECONDS - START), seen.toString())
                .lines()
                .filter(line -> !line.startsWith("healthy,"))
                .toList();
        List<Observation> observations = Observation.read(stack, table, scenarios);
        List<String> wrong = new ArrayList<>();
        int inside = 0;
        for (Observation whole : observations) {
            Observation observation = whole.untilAnExitIsLost();
            if (observation.end() < whole.end()) {
                System.out.printf(
                        "%s: its kubelet lost an exit; compared until second %.0f%n", whole, observation.end());
            }
            Comparison comparison = Comparison.of(observation, slack);
            inside += comparison.inside();
            comparison.wrong().forEach(each -> wrong.add(observation + ": " + each));
        }
        System.out.printf("%s: %d events of %d scenarios as predicted%n", stack, inside, observations.size());
        assertThat(observations).hasSize(SCENARIOS.size() + 1);
        assertThat(wrong).as(() -> String.join("\n", table)).isEmpty();
    }
}
