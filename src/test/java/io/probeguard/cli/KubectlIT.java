package io.probeguard.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.probeguard.External;
import io.probeguard.RealCluster;
import io.probeguard.Run;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The plugin as the build leaves it, called by a real kubectl, and by its completion, on a real API server. */
class KubectlIT {
    private static final String POD = """
            {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web", "namespace": "shop"}, "spec": {
              "nodeName": "node-1", "containers": [{"name": "app", "image": "x",
              "livenessProbe": {"exec": {"command": ["x"]}, "periodSeconds": 4}}]}}
            """;

    @TempDir
    static Path folder;

    private static RealCluster cluster;

    @BeforeAll
    static void start() throws Exception {
        cluster = RealCluster.start(folder, "1.37.2");
        cluster.ok("""
                {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "node-1", "annotations":
                  {"probe-guard.io/packages": "docker-1.13.1-84.git07f3374.el7.centos.x86_64"}}}
                """, "apply", "-f", "-");
        cluster.ok("", "create", "namespace", "shop");
        cluster.kubectlUntil(text -> text.contains("default"), "get", "serviceaccounts", "-n", "shop");
        cluster.ok(POD, "create", "-f", "-");
        cluster.ok("", "create", "rolebinding", "viewer", "-n", "shop", "--clusterrole=view", "--user=viewer");
        Path bin = Files.createDirectories(folder.resolve("bin"));
        for (String program : List.of("kubectl-probe_guard", "kubectl_complete-probe_guard", "probe-guard.jar")) {
            Path copied = Files.copy(Path.of("target").resolve(program), bin.resolve(program));
            assertThat(copied.toFile().setExecutable(true)).isTrue();
        }
        Files.createSymbolicLink(bin.resolve("kubectl"), cluster.program("kubectl"));
        Files.createSymbolicLink(bin.resolve("probe-guard"), bin.resolve("kubectl-probe_guard"));
    }

    @AfterAll
    static void stop() throws Exception {
        if (cluster != null) { // null where it cannot run, which it has said
            cluster.close();
        }
    }

    private static Run run(String... command) throws IOException, InterruptedException {
        Path err = folder.resolve("err");
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(err.toFile());
        builder.environment().put("KUBECONFIG", cluster.kubeconfig().toString());
        builder.environment()
                .put(
                        "PATH",
                        folder.resolve("bin") + ":" + System.getProperty("java.home") + "/bin:"
                                + System.getenv("PATH"));
        builder.environment().put("XDG_CACHE_HOME", "/dev/null"); // no archive of classes
        Process process = builder.start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Run(process.waitFor(), out, Files.readString(err));
    }

    private static Run kubectl(String... args) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of(cluster.program("kubectl").toString()));
        command.addAll(List.of(args));
        return run(command.toArray(String[]::new));
    }

    @Test
    void tellsWhy() throws Exception {
        Run run = kubectl("probe-guard", "why", "web", "-n", "shop");
        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .startsWith("Pod shop/web\n  Pending, 0 restarts\n  => On its node exec always fails")
                .contains("docker-el7-1.13.1-84")
                .doesNotContain("!");
    }

    /** RBAC's own role for readers of a namespace. */
    @Test
    void aViewerOfTheNamespaceIsToldWhichRightsAreMissing() throws Exception {
        Run run = kubectl("probe-guard", "why", "web", "-n", "shop", "--as", "viewer");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out())
                .contains("=> Whether exec is broken on its node is not known.")
                .contains("!  cannot get nodes at the cluster scope (forbidden);");
        Run other = kubectl("probe-guard", "why", "web", "-n", "default", "--as", "viewer");
        assertThat(other.exitCode()).isEqualTo(2);
        assertThat(other.err())
                .contains(
                        "User \"viewer\" cannot get resource \"pods\" in API group \"\" in the namespace \"default\"");
        Run grouped = kubectl("probe-guard", "nodes", "--as", "viewer", "--as-group", "system:masters");
        assertThat(grouped.out()).as(grouped.err()).contains("docker-el7-1.13.1-84");
    }

    /** What kubectl prints for a shell; it calls the script itself. */
    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "probe-guard no,                  nodes",
        "probe-guard nodes --kubec,       --kubeconfig",
        "probe-guard scan -o js,          json",
        "probe-guard why -n shop w,       web",
        "probe-guard why --namespace sh,  shop",
    })
    void kubectlCompletes(String words, String candidate) throws Exception {
        List<String> args = new ArrayList<>(List.of("__complete"));
        args.addAll(List.of(words.split(" ", -1)));
        Run run = kubectl(args.toArray(String[]::new));
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out().lines()).contains(candidate);
        assertThat(run.out()).containsPattern("(?m)^:\\d+$");
    }

    /** bash itself, with the script that it sources. */
    @ParameterizedTest(name = "{0}")
    @CsvSource({"probe-guard no, nodes", "probe-guard nodes --kubec, --kubeconfig"})
    void bashCompletes(String line, String candidate) throws Exception {
        Run run = run("bash", "-c", """
                source <(probe-guard completion bash)
                COMP_LINE=$0 COMP_POINT=${#0}
                read -ra COMP_WORDS <<<"$0"
                COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
                _complete_probe-guard
                printf '%s\\n' "${COMPREPLY[@]}"
                """, line);
        assertThat(run.out().lines().map(String::strip)).as(run.err()).contains(candidate);
    }

    /** zsh itself, in a terminal of its own, where somebody presses Tab. */
    @ParameterizedTest(name = "{0}")
    @CsvSource({"probe-guard no, probe-guard nodes", "probe-guard nodes --kubec, probe-guard nodes --kubeconfig"})
    void zshCompletes(String line, String completed) throws Exception {
        Run run = run("timeout", "60", External.program("zsh").toString(), "-f", "-c", """
                zmodload zsh/zpty
                zpty terminal "PS1= zsh -f -i"
                zpty -w terminal 'autoload -U compinit && compinit -u && source <(probe-guard completion zsh) && print loaded$?'
                zpty -r terminal loaded '*loaded0*'
                zpty -w -n terminal "$1"$'\\t'
                zpty -r terminal shown "*$2*"
                print -r -- "$shown"
                """, "zsh", line, completed);
        assertThat(run.out()).as(run.err()).contains(completed);
    }

    /** The manifest with its blanks filled in, and an archive of what the build makes, as kubectl.md has it. */
    @Test
    void krewInstallsThePlugin() throws Exception {
        Path archive = folder.resolve("plugin.tar.gz");
        Run packed = run(
                "tar",
                "-czf",
                archive.toString(),
                "-C",
                "target",
                "kubectl-probe_guard",
                "kubectl_complete-probe_guard",
                "probe-guard.jar");
        assertThat(packed.exitCode()).as(packed.err()).isZero();
        Path manifest = Files.writeString(
                folder.resolve("krew.yaml"),
                Files.readString(Path.of("src/main/scripts/krew.yaml"))
                        .replace("ADDRESS", "https://example.com/plugin.tar.gz")
                        .replace(
                                "CHECKSUM",
                                HexFormat.of()
                                        .formatHex(MessageDigest.getInstance("SHA-256")
                                                .digest(Files.readAllBytes(archive))))
                        .replace("VERSION", "0.1.0")
                        .replace("HOMEPAGE", "https://example.com"));
        Path root = folder.resolve("krew");
        Run installed = run(
                "env",
                "KREW_ROOT=" + root,
                External.program("krew").toString(),
                "install",
                "--manifest=" + manifest,
                "--archive=" + archive);
        assertThat(installed.exitCode()).as(installed.err()).isZero();
        Run version = run(root.resolve("bin/kubectl-probe_guard").toString(), "--version");
        assertThat(version.out()).as(version.err()).startsWith("probe-guard ");
    }
}
