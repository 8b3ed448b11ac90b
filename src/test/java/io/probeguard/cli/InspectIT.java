package io.probeguard.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.probeguard.ControlPlane;
import io.probeguard.ControlPlane.Said;
import io.probeguard.External;
import io.probeguard.Jar;
import io.probeguard.Run;
import io.probeguard.chart.Chart;
import io.probeguard.chart.Installation;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The command against a real Docker Engine, a real containerd and a real API server. */
class InspectIT {
    /** Folders as in PATH, searched before it. */
    private static final String RUNTIMES = Objects.requireNonNullElse(System.getenv("PROBE_GUARD_RUNTIMES"), "");

    private static final String PATH = RUNTIMES + File.pathSeparator + System.getenv("PATH");

    @TempDir
    private Path folder;

    private static Path program(String name) {
        for (String each : PATH.split(File.pathSeparator, -1)) {
            Path program = Path.of(each, name);
            if (!each.isEmpty() && Files.isExecutable(program)) {
                return program;
            }
        }
        External.skip("no " + name + " on PATH or in PROBE_GUARD_RUNTIMES");
        throw new IllegalStateException();
    }

    private Run inspect(String... options) throws Exception {
        Path err = Files.createTempFile(folder, "stderr", "");
        ProcessBuilder builder = Jar.command(
                Stream.concat(Stream.of("inspect"), Stream.of(options)).toArray(String[]::new));
        builder.environment().put("PATH", PATH);
        Process process = builder.redirectError(err.toFile()).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Run(process.waitFor(), out, Files.readString(err));
    }

    private JsonNode report(String... options) throws Exception {
        Run run = inspect(
                Stream.concat(Stream.of("-o", "json"), Stream.of(options)).toArray(String[]::new));
        assertThat(run.exitCode()).as(run.err()).isLessThan(2);
        return new JsonMapper().readTree(run.out());
    }

    private static JsonNode source(JsonNode report, String name) {
        return report.path("sources")
                .valueStream()
                .filter(source -> source.path("source").asString().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static String said(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    }

    private static void assumeRoot() throws Exception {
        if (!said("id", "-u").equals("0")) {
            External.skip("only root may do this");
        }
    }

    /** It gets no network: no bridge, and no rules in the firewall. */
    @Test
    void aRealDockerEngine() throws Exception {
        assumeRoot();
        Path dockerd = program("dockerd");
        program("containerd");
        Path socket = Files.createDirectories(folder.resolve("run")).resolve("docker.sock");
        Path log = folder.resolve("dockerd.log");
        ProcessBuilder builder = new ProcessBuilder(
                        dockerd.toString(),
                        "--iptables=false",
                        "--ip6tables=false",
                        "--bridge=none",
                        "--storage-driver=vfs",
                        "--host=unix://" + socket,
                        "--data-root=" + folder.resolve("data"),
                        "--exec-root=" + folder.resolve("exec"),
                        "--pidfile=" + folder.resolve("pid"))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().put("PATH", PATH);
        Process engine = builder.start();
        try {
            await().atMost(Duration.ofMinutes(1)).until(() -> Files.exists(socket) || !engine.isAlive());
            if (!engine.isAlive()) {
                External.skip("this machine starts no Docker Engine: "
                        + Files.readAllLines(log).stream().reduce("", (first, last) -> last));
            }
            JsonNode docker = source(report("--root=" + folder), "docker");
            assertThat(docker.path("answered").asBoolean())
                    .as(docker.toString())
                    .isTrue();
            String version = said(dockerd.toString(), "--version").replaceAll("^Docker version ([^,]*),.*", "$1");
            assertThat(docker.path("detail").asString())
                    .startsWith("Docker Engine " + version + ", go1.")
                    .contains(", built ", ", containerd ", ", runc ");
        } finally {
            engine.destroy();
            assertThat(engine.waitFor(1, TimeUnit.MINUTES)).isTrue();
        }
    }

    @Test
    void aRealContainerd() throws Exception {
        Path containerd = program("containerd");
        String version = said(containerd.toString(), "--version");
        assertThat(source(report(), "containerd").path("detail").asString()).isEqualTo(version);
    }

    /** As in the DaemonSet: the node's file system is somewhere else, and its programs are run by chroot(1). */
    @Test
    void aRealContainerdBelowAnotherRoot() throws Exception {
        assumeRoot();
        Path containerd = program("containerd");
        Path node = folder.resolve("node");
        copy(containerd, node.resolve("usr/bin/containerd"));
        for (String line : said("ldd", containerd.toString()).lines().toList()) {
            String library = line.strip().replaceAll("^.*=> ", "").replaceAll(" \\(0x.*", "");
            if (library.startsWith("/")) {
                copy(Path.of(library), node.resolve(library.substring(1)));
            }
        }
        JsonNode report = report("--root=" + node);
        assertThat(source(report, "containerd").path("detail").asString())
                .isEqualTo(said(containerd.toString(), "--version"));
        assertThat(source(report, "rpm").path("detail").asString()).isEqualTo("program rpm not found");

        Files.createDirectories(node.resolve("etc"));
        String script = Chart.PATH
                .resolve("files/node-problem-detector/exec-probe-broken.sh")
                .toString();
        Process plugin = new ProcessBuilder(script, node.toString()).start();
        assertThat(plugin.waitFor()).as("2 would be that it could ask nothing").isLessThan(2);
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to.getParent());
        Files.copy(from, to);
    }

    /** By the DaemonSet's own service account, on a real API server. */
    @Test
    void annotatesARealNodeOnlyOnChanges() throws Exception {
        Path etc = Files.createDirectories(folder.resolve("control-plane"));
        try (ControlPlane controlPlane = ControlPlane.start(etc)) {
            controlPlane.ok("", "create", "namespace", Installation.NAMESPACE);
            for (JsonNode object :
                    Chart.render("1.20.2", Map.of("inspect.enabled", true)).objects()) {
                if (object.at("/metadata/name").asString().equals("probe-guard-inspect")) {
                    controlPlane.ok(object.toString(), "create", "-f", "-");
                }
            }
            controlPlane.ok(
                    "{\"apiVersion\": \"v1\", \"kind\": \"Node\", \"metadata\": {\"name\": \"node-1\", \"annotations\":"
                            + " {\"mine\": \"kept\"}}}",
                    "create",
                    "-f",
                    "-");
            String token = new JsonMapper()
                    .readTree(controlPlane
                            .ok(
                                    "{\"apiVersion\": \"authentication.k8s.io/v1\", \"kind\": \"TokenRequest\", \"spec\": {}}",
                                    "create",
                                    "--raw",
                                    "/api/v1/namespaces/probe-guard/serviceaccounts/probe-guard-inspect/token",
                                    "-f",
                                    "-")
                            .text())
                    .at("/status/token")
                    .asString();
            String kubeconfig = "--kubeconfig=" + controlPlane.kubeconfig("inspect", token, "default");
            Path node = folder.resolve("node");
            Path status = Files.createDirectories(node.resolve("var/lib/dpkg")).resolve("status");
            Files.writeString(status, "Package: containerd.io\nStatus: install ok installed\nVersion: 1.6.30-1\n");

            Run first = inspect("--root=" + node, "--annotate=node-1", kubeconfig);
            assertThat(first.err()).isEqualTo("node node-1 annotated\n");
            assertThat(first.exitCode()).isEqualTo(1);
            assertThat(annotations(controlPlane))
                    .contains("\"mine\":\"kept\"", "\"probe-guard.io/packages\":\"containerd.io 1.6.30-1\"");

            String version = resourceVersion(controlPlane);
            assertThat(inspect("--root=" + node, "--annotate=node-1", kubeconfig)
                            .err())
                    .isEmpty();
            assertThat(resourceVersion(controlPlane)).isEqualTo(version);

            Files.delete(status);
            assertThat(inspect("--root=" + node, "--annotate=node-1", kubeconfig)
                            .err())
                    .isEqualTo("no package list could be read; node node-1 is unchanged\n");
            assertThat(annotations(controlPlane)).contains("containerd.io 1.6.30-1");

            Files.writeString(status, "Package: bash\nStatus: install ok installed\nVersion: 5.2-1\n");
            assertThat(inspect("--root=" + node, "--annotate=node-1", kubeconfig)
                            .exitCode())
                    .isZero();
            assertThat(annotations(controlPlane)).contains("kept").doesNotContain("probe-guard.io/packages");

            Run elsewhere = inspect("--root=" + node, "--annotate=node-2", kubeconfig);
            assertThat(elsewhere.exitCode()).isEqualTo(2);
            assertThat(elsewhere.err()).isEqualTo("error: --annotate: node \"node-2\" not found\n");
            for (List<String> forbidden : List.of(
                    List.of("list", "nodes"),
                    List.of("delete", "nodes"),
                    List.of("get", "pods"),
                    List.of("get", "secrets"))) {
                assertThat(controlPlane
                                .kubectl(
                                        "",
                                        "auth",
                                        "can-i",
                                        forbidden.get(0),
                                        forbidden.get(1),
                                        "--as=system:serviceaccount:probe-guard:probe-guard-inspect")
                                .text())
                        .as(forbidden.toString())
                        .contains("no");
            }
        }
    }

    private static String annotations(ControlPlane controlPlane) throws Exception {
        return ask(controlPlane, "jsonpath={.metadata.annotations}");
    }

    private static String resourceVersion(ControlPlane controlPlane) throws Exception {
        return ask(controlPlane, "jsonpath={.metadata.resourceVersion}");
    }

    private static String ask(ControlPlane controlPlane, String path) throws Exception {
        Said said = controlPlane.ok("", "get", "node", "node-1", "-o", path);
        return said.text();
    }
}
