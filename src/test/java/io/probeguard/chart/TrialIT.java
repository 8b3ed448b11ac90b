package io.probeguard.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.probeguard.ControlPlane;
import io.probeguard.Https;
import io.probeguard.Jar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The trial of adopting.md, command by command in its order, on a real API server. No kubelet runs there, so that pods are
 * created and bound, and never start; and the chart is installed and removed as {@link Installation} does.
 */
class TrialIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final String PAGE = "src/site/markdown/adopting.md";
    private static final String DEPLOYMENT = """
            ---
            {apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {selector: {matchLabels: {app: web}}, template: {
              metadata: {labels: {app: web}}, spec: {containers: [{name: app, image: x, livenessProbe: {
                exec: {command: [x]}, periodSeconds: 4}}]}}}}
            """;

    @TempDir
    Path folder;

    private ControlPlane controlPlane;
    private Installation installation;

    @Test
    void everyCommandDoesWhatThePageSays() throws Exception {
        try (ControlPlane started = ControlPlane.start(folder)) {
            controlPlane = started;
            controlPlane.createNode("broken");
            controlPlane.ok("", "create", "namespace", "shop");
            controlPlane.ok(DEPLOYMENT, "-n", "shop", "create", "-f", "-");
            linkPrograms();
            try {
                for (String command : commands()) {
                    String output = run(command);
                    after(command, output);
                }
            } finally {
                installation.close();
            }
        }
    }

    /** The indented lines of the section. */
    private static List<String> commands() throws IOException {
        String page = Files.readString(Path.of(PAGE));
        int start = page.indexOf("<a id=\"trial\"></a>");
        int end = page.indexOf("<a id=", start + 1);
        return page.substring(start, end < 0 ? page.length() : end)
                .replace("\\\n", "")
                .lines()
                .filter(line -> line.startsWith("    "))
                .map(String::strip)
                .toList();
    }

    private String run(String command) throws Exception {
        if (command.startsWith("helm install ")) {
            installation = Installation.install(controlPlane, folder, Map.of());
            Installation.Replica replica = installation.start("--drain=0s");
            await().atMost(TIMEOUT)
                    .ignoreExceptions()
                    .until(() -> Https.status("https://127.0.0.1:" + replica.port() + "/readyz") == 200);
            return "";
        }
        if (command.startsWith("helm uninstall ")) {
            installation.uninstall();
            return "";
        }
        ProcessBuilder shell = new ProcessBuilder(
                "bash",
                "-c",
                command.replace("NAMESPACE", "shop").replace("NODE", "broken").replace("DEPLOYMENT", "web"));
        shell.directory(folder.toFile());
        shell.environment().put("KUBECONFIG", controlPlane.kubeconfig().toString());
        shell.environment().merge("PATH", folder.resolve("bin").toString(), (path, first) -> first + ":" + path);
        Path output = Files.createTempFile(folder, "output", ".txt");
        Process process =
                shell.redirectErrorStream(true).redirectOutput(output.toFile()).start();
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).as(command).isTrue();
        String text = Files.readString(output);
        boolean mayBeOne = command.startsWith("probe-guard scan") || command.startsWith("diff"); // it found something
        assertThat(process.exitValue()).as(command + "\n" + text).isLessThanOrEqualTo(mayBeOne ? 1 : 0);
        return text;
    }

    private void linkPrograms() throws IOException {
        Path bin = Files.createDirectory(folder.resolve("bin"));
        Files.createSymbolicLink(bin.resolve("kubectl"), controlPlane.program("kubectl"));
        Files.createSymbolicLink(bin.resolve("probe-guard"), Jar.PATH.resolveSibling("probe-guard"));
    }

    /** What the page says that a command does. */
    private void after(String command, String output) throws Exception {
        if (command.contains("scan --mode rewrite")) {
            assertThat(output).contains("would relax 1 pod of 1 workload");
        } else if (command.contains("rollout restart")) {
            boolean rewrites = controlPlane
                    .ok("", "get", "namespace", "shop", "-o", "jsonpath={.metadata.labels}")
                    .text()
                    .contains("rewrite");
            await().atMost(TIMEOUT)
                    .untilAsserted(() -> assertThat(newestPod()).isEqualTo(rewrites ? "30 true" : "4 false"));
        } else if (command.contains("custom-columns")) {
            assertThat(output).contains("periodSeconds");
        } else if (command.startsWith("diff ")) {
            assertThat(output).contains("already relaxed");
        }
    }

    /** The period of its probe, and whether it was rewritten. */
    private String newestPod() throws Exception {
        List<String> pods = new ArrayList<>(controlPlane
                .ok(
                        "",
                        "-n",
                        "shop",
                        "get",
                        "pods",
                        "--sort-by=.metadata.creationTimestamp",
                        "-o",
                        "jsonpath={range .items[*]}{.spec.containers[0].livenessProbe.periodSeconds} {.metadata.annotations}{\"\\n\"}{end}")
                .text()
                .lines()
                .toList());
        String newest = pods.get(pods.size() - 1);
        return newest.substring(0, newest.indexOf(' ')) + " " + newest.contains("probe-guard.io/rewritten");
    }
}
