package io.probeguard.scan;

import static org.assertj.core.api.Assertions.assertThat;

import io.probeguard.Run;
import io.probeguard.cli.ProbeGuard;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Clusters whose lists take several pages. The largest, as documented, only with {@code -Dscale=true}. */
class ScanScaleTest {
    @TempDir
    Path folder;

    private Path kubeconfig(BigCluster cluster) throws IOException {
        return Files.writeString(folder.resolve("kubeconfig"), cluster.kubeconfig());
    }

    @Test
    void restartsAListThatExpires() throws IOException {
        try (BigCluster cluster = BigCluster.start(250, 1200).thatExpires()) {
            Run run = Run.of(
                    "scan",
                    "--mode",
                    "rewrite",
                    "-o",
                    "json",
                    "--kubeconfig",
                    kubeconfig(cluster).toString());
            assertThat(run.exitCode()).as(run.err()).isEqualTo(1);
            JsonNode summary = new JsonMapper().readTree(run.out()).path("summary");
            assertThat(summary.path("nodes").asInt()).isEqualTo(250);
            assertThat(summary.path("flagged").asInt()).isEqualTo(3);
            assertThat(summary.path("pods").asInt()).isEqualTo(1200);
            assertThat(summary.at("/blastRadius/relaxed").toString())
                    .isEqualTo("{\"pods\":1200,\"workloads\":" + 1200 / BigCluster.PODS_PER_WORKLOAD + "}");
        }
    }

    @Test
    void reportsAnUnreachableCluster() throws IOException {
        BigCluster cluster = BigCluster.start(1, 1);
        Path kubeconfig = kubeconfig(cluster);
        cluster.close();
        Run run = Run.of("nodes", "--kubeconfig", kubeconfig.toString());
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err())
                .matches("error: the cluster at http://127.0.0.1:\\d+/ is unreachable: connection refused\n");
    }

    /** In a JVM with less heap than a pod has whose memory limit is the chart's default. */
    @ParameterizedTest
    @ValueSource(strings = {"text", "json", "sarif", "html"})
    @EnabledIfSystemProperty(named = "scale", matches = "true")
    void fiveThousandNodesAndFiftyThousandPods(String format) throws Exception {
        try (BigCluster cluster = BigCluster.start(5000, 50_000)) {
            Path out = folder.resolve("out");
            Path gc = folder.resolve("gc.log");
            long start = System.nanoTime();
            Process scan = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx128m",
                            "-XX:+UseSerialGC",
                            "-Xlog:gc:file=" + gc,
                            "-cp",
                            System.getProperty("java.class.path"),
                            ProbeGuard.class.getName(),
                            "scan",
                            "--mode",
                            "rewrite",
                            "-o",
                            format,
                            "--kubeconfig",
                            kubeconfig(cluster).toString())
                    .redirectOutput(out.toFile())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            assertThat(scan.waitFor()).isEqualTo(1);
            System.out.println(
                    format + ": " + Duration.ofNanos(System.nanoTime() - start).toSeconds() + " s, "
                            + Files.size(out) / 1_000_000 + " MB of output; last collections:");
            Files.readAllLines(gc).stream()
                    .filter(line -> line.contains("Pause Full"))
                    .reduce((a, b) -> b)
                    .ifPresent(System.out::println);
            assertThat(Files.readString(out))
                    .contains(format.equals("sarif") ? "/web-4999/" : "relax 50000 pods of 5000 workloads");
        }
    }
}
