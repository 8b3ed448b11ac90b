package io.probeguard.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.probeguard.ControlPlane;
import io.probeguard.Run;
import io.probeguard.host.DockerSocket;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The command in a JVM of its own, on a folder that stands for a node's file system. A script stands for chroot, which
 * only root may use, and others for the node's programs, with what those answered; InspectIT has real ones.
 */
class InspectCommandTest {
    private static final String CHROOT = """
            #!/bin/sh
            root=$1 program=$2
            shift 2
            if [ ! -x "$root/bin/$program" ]; then
              echo "chroot: failed to run command '$program': No such file or directory"
              exit 127
            fi
            exec "$root/bin/$program" "$@"
            """;

    @TempDir
    private Path programs;

    @TempDir
    private Path node;

    @BeforeEach
    void createEmptyNode() throws IOException {
        program(programs.resolve("chroot"), CHROOT);
        Files.createDirectories(node.resolve("bin"));
        Files.createDirectories(node.resolve("etc"));
        Files.createDirectories(node.resolve("run"));
    }

    private static void program(Path file, String script) throws IOException {
        Files.writeString(file, script);
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    private Run inspect(String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                ProbeGuard.class.getName(),
                "inspect",
                "--root=" + node));
        command.addAll(List.of(options));
        Path err = Files.createTempFile(programs, "stderr", "");
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(err.toFile());
        builder.environment().put("PATH", programs + ":" + System.getenv("PATH"));
        builder.environment().remove("KUBECONFIG");
        Process process = builder.start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Run(process.waitFor(), out, Files.readString(err));
    }

    /** An rpm with these packages. */
    private void rpm(String... installed) throws IOException {
        StringBuilder script = new StringBuilder(
                "#!/bin/sh\nshift\necho 'warning: without consequences' >&2\nfor name; do\n  case $name in\n");
        for (String each : installed) {
            script.append("  ")
                    .append(each.replaceAll("-[^-]*-[^-]*$", ""))
                    .append(") echo ")
                    .append(each)
                    .append(" ;;\n");
        }
        program(
                node.resolve("bin/rpm"),
                script.append("  *) echo \"package $name is not installed\" ;;\n  esac\ndone\nexit 3\n")
                        .toString());
    }

    private void dpkg(String status) throws IOException {
        Files.createDirectories(node.resolve("var/lib/dpkg"));
        Files.writeString(node.resolve("var/lib/dpkg/status"), status);
    }

    private void osRelease(String prettyName) throws IOException {
        Files.writeString(node.resolve("etc/os-release"), "ID=x\nPRETTY_NAME=\"" + prettyName + "\"\n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    docker-1.13.1-84.git07f3374.el7.centos.x86_64 | 1 | docker-el7-1.13.1-84
                    docker-1.13.1-88.git07f3374.el7.centos.x86_64 | 0 |
                    runc-1.4.0-1.el9.x86_64                       | 1 | runc-1.4.0-cgroup
                    runc-1.3.4-1.el9.x86_64                       | 0 |
                    containerd.io-1.6.31-3.1.el9.x86_64           | 1 | containerd-exit-lost
                    containerd.io-1.7.22-3.1.el9.x86_64           | 0 |
                    """)
    void rpmPackages(String installed, int exitCode, String build) throws Exception {
        rpm(installed);
        Run run = inspect("-o", "json");
        assertThat(run.exitCode()).as(run.err()).isEqualTo(exitCode);
        JsonNode report = new JsonMapper().readTree(run.out());
        assertThat(report.path("packages").asString()).isEqualTo(installed.replace(".x86_64", ""));
        assertThat(report.path("packagesKnown").asBoolean()).isTrue();
        assertThat(report.at("/flags/0/builds/0/id").asString("")).isEqualTo(build == null ? "" : build);
        assertThat(run.err()).isEmpty();
    }

    @Test
    void debianPackages() throws Exception {
        dpkg("""
                Package: conmon
                Status: deinstall ok config-files
                Version: 2.0.25+ds1-1.1

                Package: containerd.io
                Status: install ok installed
                Description: a runtime
                 Version: 9, says this line, which is part of the description
                Version: 1.6.30-1
                """);
        osRelease("Ubuntu 22.04");
        Run run = inspect();
        assertThat(run.out()).isEqualTo("""
                packages: containerd.io 1.6.30-1
                confirmed: package containerd.io 1.6.30-1
                  containerd-1.6.29: exec hangs intermittently; update containerd.io to 1.7.22 or later: no later 1.6 is good
                  containerd-exit-lost: exec loses container exits at times; update containerd.io to 1.7.22 or later: no later 1.6 is good
                sources checked:
                  dpkg        /var/lib/dpkg/status: 1 packages, 1 of them in the catalogue
                  rpm         program rpm not found
                  docker      socket %s/run/docker.sock not found
                  containerd  program containerd not found
                  cri-o       program crio not found
                """.formatted(node));
        assertThat(run.exitCode()).isEqualTo(1);
    }

    /** The shapes of the Engine API's answers: Red Hat's build, one of docker-ce, and one that knows its components. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {"Version": "1.13.1", "ApiVersion": "1.26", "GitCommit": "07f3374/1.13.1", "GoVersion": "go1.10.2", "BuildTime": "2018-11-30T02:48:45.123456789+00:00", "PkgVersion": "docker-1.13.1-84.git07f3374.el7.centos.x86_64"} | {"PkgVersion": "docker-1.13.1-84.git07f3374.el7.centos.x86_64"} | docker-1.13.1-84.git07f3374.el7.centos | confirmed docker-el7-1.13.1-84
                    {"Version": "1.13.1", "GoVersion": "go1.9.4", "BuildTime": "2018-12-07T16:13:51.000000000+00:00"} | {"PkgVersion": "docker-1.13.1-88.git07f3374.el7.centos.x86_64"} | docker-1.13.1-88.git07f3374.el7.centos | ''
                    {"Version": "1.13.1", "PkgVersion": "<unknown>"} | {"PkgVersion": "<unknown>"} | '' | suspected docker-el7-1.13.1-84
                    {"Version": "1.13.1", "GoVersion": "go1.10.2", "BuildTime": "2018-11-30T02:48:45.123456789+00:00"} | {} | docker-go-version=go1.10.2, docker-build-time=2018-11-30T02:48:45Z | confirmed docker-el7-1.13.1-84
                    {"Version": "1.13.1", "GoVersion": "go1.9.4", "BuildTime": "2018-12-07T16:13:51.000000000+00:00"} | {} | docker-go-version=go1.9.4, docker-build-time=2018-12-07T16:13:51Z | ''
                    {"Version": "18.09.1", "GoVersion": "go1.10.2"} | {} | docker-go-version=go1.10.2 | ''
                    {"Version": "24.0.5", "Components": [{"Name": "Engine", "Version": "24.0.5"}, {"Name": "containerd", "Version": "1.6.21"}]} | {} | '' | ''
                    """)
    void dockerEngines(String version, String info, String packages, String flag) throws Exception {
        osRelease("CentOS Linux 7 (Core)");
        try (DockerSocket docker = new DockerSocket(node.resolve("run/docker.sock"), version, info)) {
            JsonNode report = new JsonMapper().readTree(inspect("-o", "json").out());
            assertThat(docker.asked()).containsExactly("GET /version HTTP/1.1", "GET /info HTTP/1.1");
            assertThat(report.path("packages").asString()).isEqualTo(packages);
            assertThat(report.path("packagesKnown").asBoolean()).isEqualTo(packages.matches(".*-\\d.*git.*"));
            JsonNode found = report.at("/flags/0");
            assertThat((found.path("strength").asString("") + " "
                                    + found.at("/builds/0/id").asString(""))
                            .strip())
                    .isEqualTo(flag);
        }
    }

    @Test
    void printsTheDocumentedExample() throws Exception {
        osRelease("CentOS Linux 7 (Core)");
        rpm("docker-1.13.1-84.git07f3374.el7.centos.x86_64");
        String version = "{\"Version\": \"1.13.1\", \"GoVersion\": \"go1.10.2\", \"PkgVersion\":"
                + " \"docker-1.13.1-84.git07f3374.el7.centos.x86_64\"}";
        try (DockerSocket docker = new DockerSocket(node.resolve("run/docker.sock"), version, "{}")) {
            assertThat(Files.readString(Path.of("src/site/markdown/nodes.md")))
                    .contains("jar probe-guard.jar inspect\n" + inspect().out() + "```");
            assertThat(docker.asked()).hasSize(2);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    containerd | containerd github.com/containerd/containerd v1.7.14 dcf2847247e18caba8dce86522029642f60fe96b | containerd://1.7.14 | confirmed
                    containerd | containerd containerd.io 1.6.28 ae07eda36dd25f8a1b98dfbf587313b99c0190bb                    | containerd://1.6.28 | ''
                    containerd | containerd github.com/containerd/containerd 1.7.14-k3s1                                     | containerd://1.7.14-k3s1 | suspected
                    crio       | crio version 1.25.1                                                                         | cri-o://1.25.1      | ''
                    """)
    void runtimes(String program, String said, String runtime, String strength) throws Exception {
        program(node.resolve("bin").resolve(program), "#!/bin/sh\necho '" + said + "'\necho 'GitTreeState: clean'\n");
        JsonNode report = new JsonMapper().readTree(inspect("-o", "json").out());
        assertThat(report.at("/flags/0/strength").asString("")).isEqualTo(strength);
        if (!strength.isEmpty()) {
            assertThat(report.at("/flags/0/reason").asString()).startsWith("runtime " + runtime);
        }
        assertThat(report.path("sources").toString()).contains(said);
    }

    @Test
    void reportsASocketThatIsNotDocker() throws Exception {
        Files.createFile(node.resolve("run/docker.sock"));
        Run run = inspect();
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out().replaceAll("\\s+", " "))
                .contains("docker " + node + "/run/docker.sock: GET /version: Connection refused");
        assertThat(run.out()).contains("no source could be read");
        assertThat(run.out().lines()).allMatch(line -> line.length() <= 100);
        try (DockerSocket docker = new DockerSocket(programs.resolve("s"), "no JSON", "{}")) {
            assertThat(inspect("--docker-socket", programs.resolve("s").toString())
                            .out()
                            .replaceAll("\\s+", " "))
                    .contains("GET /version: the response is not a Docker Engine's");
            assertThat(docker.asked()).containsExactly("GET /version HTTP/1.1");
        }
    }

    @Test
    void reportsAnRpmThatFails() throws Exception {
        program(
                node.resolve("bin/rpm"),
                "#!/bin/sh\necho 'error: cannot open Packages index using db5 - Permission denied (13)'\nexit 1\n");
        JsonNode report = new JsonMapper().readTree(inspect("-o", "json").out());
        assertThat(report.path("packagesKnown").asBoolean()).isFalse();
        assertThat(report.at("/sources/1/detail").asString()).startsWith("rpm -q: error: cannot open Packages");
        assertThat(report.path("sources")
                        .valueStream()
                        .map(source -> source.path("failed").asBoolean()))
                .containsExactly(false, true, false, false, false);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    --interval=0s                      | --interval: must be at least 1s
                    --interval=often                   | "often" is not a duration
                    --annotate=n --kubeconfig=/no/file | --kubeconfig: /no/file: no such file
                    -o xml                             | expected one of [text, json, packages]
                    """)
    void reportsBadInput(String options, String message) throws Exception {
        Run run = inspect(options.split(" ", -1));
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains(message).doesNotContain("\tat ");
    }

    @Test
    void reportsAMissingRoot() {
        Run run = Run.of("inspect", "--root=/no/such/folder");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).startsWith("error: --root: /no/such/folder: no such directory");
    }

    @Test
    void reportsAnUnreachableApiServer() throws Exception {
        rpm("docker-1.13.1-88.git07f3374.el7.x86_64");
        Path kubeconfig = Files.writeString(programs.resolve("kubeconfig"), """
                apiVersion: v1
                kind: Config
                current-context: c
                contexts: [{name: c, context: {cluster: c, user: u}}]
                clusters: [{name: c, cluster: {server: "http://127.0.0.1:%d"}}]
                users: [{name: u, user: {token: t}}]
                """.formatted(ControlPlane.freePort()));
        Run run = inspect("--annotate=node-1", "--kubeconfig=" + kubeconfig);
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).startsWith("error: --annotate: node node-1: ").doesNotContain("\tat ");
    }
}
