package io.probeguard.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.probeguard.Command;
import io.probeguard.Https;
import io.probeguard.RealCluster;
import io.probeguard.chart.Chart;
import io.probeguard.chart.Installation;
import io.probeguard.chart.Installation.Replica;
import io.probeguard.faults.PodLoad.Created;
import io.probeguard.faults.PodLoad.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes, namespaces, the catalogue and certificates change all the time, while pods are created on a real API server. */
class SoakIT {
    /** A Java duration, such as PT30M. */
    private static final Duration LENGTH = Duration.parse(System.getProperty("soak", "PT30S"));

    private static final int PODS_PER_SECOND = 10;
    /** Nodes, the catalogue, certificates and the mode of a namespace take turns. */
    private static final int TURN_SECONDS = 3;
    /** In steps, so that there are some of each third of even a short run. */
    private static final int MEASUREMENTS = 9;

    private static final long NOISE_BYTES = 4 << 20;
    private static final Duration NOISE = Duration.ofMillis(500);

    @TempDir
    Path folder;

    private RealCluster cluster;

    @Test
    void memoryAndTimesStayAsTheyWere() throws Exception {
        RealCluster started = RealCluster.startApiServer(folder, "1.37.2");
        cluster = started;
        try (started;
                Installation installation = Installation.install(cluster, folder, Map.of("policy.mode", "rewrite"))) {
            installation.set("JAVA_TOOL_OPTIONS", Chart.javaOptions());
            node("broken");
            Replica replica = installation.start();
            await().atMost(Duration.ofMinutes(1))
                    .ignoreExceptions()
                    .until(() -> Https.status("https://127.0.0.1:" + replica.port() + "/readyz") == 200);
            PodLoad load = new PodLoad(cluster, PODS_PER_SECOND);
            List<Long> heap = new ArrayList<>();
            try (load) {
                await().atMost(Duration.ofMinutes(1))
                        .until(() -> load.created().stream().anyMatch(pod -> pod.outcome() == Outcome.REWRITTEN));
                long begin = System.nanoTime();
                int turns = (int) LENGTH.toSeconds() / TURN_SECONDS;
                for (int turn = 0; turn < turns; turn++) {
                    long next = begin + TimeUnit.SECONDS.toNanos((long) TURN_SECONDS * turn);
                    TimeUnit.NANOSECONDS.sleep(next - System.nanoTime());
                    change(turn);
                    if (heap.size() <= turn * MEASUREMENTS / turns) {
                        heap.add(heapAfterCollection(replica.process()));
                    }
                }
            }
            List<Created> pods = load.created();
            System.out.printf(
                    "soak of %s: %d pods, of which %d created unjudged while certificates changed; heap after GC %s kB; p99 %s ms%n",
                    LENGTH,
                    pods.size(),
                    pods.stream()
                            .filter(pod -> pod.outcome() == Outcome.UNJUDGED)
                            .count(),
                    heap.stream().map(bytes -> bytes / 1024).toList(),
                    List.of(
                            p99(third(pods, 0)).toMillis(),
                            p99(third(pods, 1)).toMillis(),
                            p99(third(pods, 2)).toMillis()));
            assertThat(pods)
                    .filteredOn(pod -> pod.outcome() == Outcome.FAILED || pod.outcome() == Outcome.NOT_TAKEN)
                    .isEmpty();
            assertThat(pods)
                    .as("unjudged, at most a second of each change of certificates")
                    .filteredOn(pod -> pod.outcome() == Outcome.UNJUDGED)
                    .hasSizeLessThanOrEqualTo(PODS_PER_SECOND * rotations());
            assertThat(median(third(heap, 2))).isLessThan(median(third(heap, 0)) + NOISE_BYTES);
            assertThat(p99(third(pods, 2)))
                    .isLessThan(p99(third(pods, 0)).multipliedBy(2).plus(NOISE));
            assertThat(Files.readString(replica.log())).doesNotContain("ERROR", "Exception", "\tat ");
        }
    }

    private static int rotations() {
        return (int) (LENGTH.toSeconds() / TURN_SECONDS / 4);
    }

    private void change(int turn) throws Exception {
        switch (turn % 4) {
            case 0 -> node("passing-" + turn % 8);
            case 1 ->
                cluster.ok(
                        "",
                        "-n",
                        Installation.NAMESPACE,
                        "patch",
                        "configmap",
                        "probe-guard-catalogue",
                        "-p",
                        "{\"data\": {\"catalogue.yaml\": \"entries: []\\ndisabled: ["
                                + (turn % 8 < 4 ? "docker-el7-1.13.1-84" : "") + "]\"}}");
            case 2 ->
                cluster.ok(
                        "",
                        "-n",
                        Installation.NAMESPACE,
                        "patch",
                        "secret",
                        "probe-guard-certs",
                        "-p",
                        "{\"data\": null}");
            default -> {
                cluster.ok(
                        "",
                        "label",
                        "--overwrite",
                        "namespace",
                        "kube-public",
                        "probe-guard.io/mode=" + (turn % 8 < 4 ? "warn" : "off"));
                cluster.ok("", "delete", "node", "-l", "passing=yes");
            }
        }
    }

    private void node(String name) throws Exception {
        cluster.ok("""
                {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "%s", "labels":
                  {"kubernetes.io/os": "linux", "probe-guard.io/exec": "broken", "passing": "%s"}}}
                """.formatted(name, name.startsWith("passing") ? "yes" : "no"), "apply", "-f", "-");
    }

    /** In bytes, after a full collection, which the histogram of classes takes. */
    private long heapAfterCollection(Process process) throws Exception {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        String histogram =
                Command.run(folder, Map.of(), List.of(jcmd, String.valueOf(process.pid()), "GC.class_histogram"));
        Matcher total = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)").matcher(histogram);
        assertThat(total.find()).as(histogram).isTrue();
        return Long.parseLong(total.group(1));
    }

    private static <T> List<T> third(List<T> all, int which) {
        return all.subList(all.size() * which / 3, all.size() * (which + 1) / 3);
    }

    private static long median(List<Long> values) {
        return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
    }

    private static Duration p99(List<Created> pods) {
        return pods.stream()
                .map(Created::took)
                .sorted()
                .skip((long) (pods.size() * 0.99))
                .findFirst()
                .orElseThrow();
    }
}
