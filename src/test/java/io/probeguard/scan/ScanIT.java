package io.probeguard.scan;

import static org.assertj.core.api.Assertions.assertThat;

import io.probeguard.ControlPlane;
import io.probeguard.Jar;
import io.probeguard.Run;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code nodes} and {@code scan} of the built jar, and as a kubectl plugin, on a real API server. */
class ScanIT {
    private static final String TEMPLATE = """
            {"metadata": {"labels": {"app": "NAME"}}, "spec": {"tolerations": [{"operator": "Exists"}], "containers": [{"name":
             "app", "image": "x", "livenessProbe": {"exec": {"command": ["x"]}, "periodSeconds": 4}}]}}""";

    @TempDir
    static Path folder;

    private static ControlPlane controlPlane;

    @BeforeAll
    static void start() throws Exception {
        controlPlane = ControlPlane.start(folder);
        controlPlane.createNode("broken", "probe-guard.io/exec=broken");
        controlPlane.ok("", "annotate", "node", "broken", "probe-guard.io/build=docker-el7-1.13.1-84");
        controlPlane.createNode("healthy", "probe-guard.io/exec=healthy");
        controlPlane.ok("", "create", "namespace", "quiet");
        controlPlane.ok("", "label", "namespace", "quiet", "probe-guard.io/mode=off");
        create("kube-system", "DaemonSet", "agent", "");
        create("default", "Deployment", "web", "\"replicas\": 3,");
        create("quiet", "Deployment", "quiet", "");
        controlPlane.ok(
                TEMPLATE.replace(
                                "{\"metadata\": {\"labels\": {\"app\": \"NAME\"}}",
                                "{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"metadata\": {\"name\": \"alone\", \"namespace\":"
                                        + " \"default\"}")
                        .replace("\"spec\": {", "\"spec\": {\"nodeName\": \"broken\", "),
                "create",
                "-f",
                "-");
        controlPlane.kubectlUntil(
                text -> text.trim().split(" ", -1).length == 7,
                "get",
                "pods",
                "-A",
                "-o",
                "jsonpath={.items[*].spec.nodeName}");
    }

    @AfterAll
    static void stop() {
        if (controlPlane != null) {
            controlPlane.close();
        }
    }

    private static void create(String namespace, String kind, String name, String spec) throws Exception {
        controlPlane.ok(
                "{\"apiVersion\": \"apps/v1\", \"kind\": \"" + kind + "\", \"metadata\": {\"name\": \"" + name
                        + "\", \"namespace\": \"" + namespace + "\"}, \"spec\": {" + spec
                        + "\"selector\": {\"matchLabels\": {\"app\": \"" + name + "\"}}, \"template\": "
                        + TEMPLATE.replace("NAME", name) + "}}",
                "create",
                "-f",
                "-");
    }

    private static Run run(ProcessBuilder command) throws Exception {
        Path err = folder.resolve("err");
        Process process = command.redirectError(err.toFile()).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Run(process.waitFor(), out, Files.readString(err));
    }

    private static Run jar(String... args) throws Exception {
        return run(Jar.command(args));
    }

    private static String admin() {
        return controlPlane.kubeconfig().toString();
    }

    @Test
    void listsTheNodes() throws Exception {
        Run run = jar("nodes", "--kubeconfig", admin());
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out()).isEqualTo("""
                NODE     EXEC          CONFIDENCE  BUILD                 SOURCE
                broken   always fails  confirmed   docker-el7-1.13.1-84  label
                  -> update docker to 1.13.1-88 or later; longer timing does not fix it
                healthy  -             -           -                     -

                2 nodes: 1 confirmed, 0 suspected, 1 not flagged
                """);
    }

    @Test
    void isAKubectlPlugin() throws Exception {
        Path bin = Files.createDirectories(folder.resolve("bin"));
        Path plugin = bin.resolve("kubectl-probe_guard");
        Files.copy(Path.of("target/kubectl-probe_guard"), plugin);
        assertThat(plugin.toFile().setExecutable(true)).isTrue();
        Files.copy(Path.of("target/probe-guard.jar"), bin.resolve("probe-guard.jar"));
        ProcessBuilder command =
                new ProcessBuilder(controlPlane.program("kubectl").toString(), "probe-guard", "nodes");
        command.environment()
                .put("PATH", bin + ":" + System.getProperty("java.home") + "/bin:" + System.getenv("PATH"));
        command.environment().put("KUBECONFIG", admin());
        command.environment().put("XDG_CACHE_HOME", "/dev/null"); // no archive of classes
        Run run = run(command);
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out()).startsWith("NODE     EXEC ").endsWith("1 not flagged\n");
    }

    @Test
    void scansRunningPods() throws Exception {
        Run run = jar("scan", "--kubeconfig", admin(), "--mode", "rewrite", "-o", "json");
        assertThat(run.exitCode()).as(run.err()).isEqualTo(1);
        JsonNode report = new JsonMapper().readTree(run.out());
        assertThat(workloads(report))
                .containsExactlyInAnyOrder(
                        "kube-system DaemonSet agent 1 of 2 warn",
                        "default Deployment web 3 of 3 rewrite",
                        "quiet Deployment quiet 1 of 1 none",
                        "default Pod alone 1 of 1 rewrite");
        assertThat(report.at("/summary/sentence").asString())
                .isEqualTo("This policy (mode rewrite) would relax 4 pods of 2 workloads and warn about 1 pod of 1"
                        + " workload when they are recreated. Of the workloads to relax, longer timing only delays what"
                        + " happens to 2. It would leave 1 pod of 1 workload alone.");
        report.path("workloads")
                .forEach(workload -> workload.path("pods")
                        .forEach(pod -> assertThat(pod.path("onFlaggedNode").asBoolean())
                                .isEqualTo(pod.path("node").asString().equals("broken"))));
    }

    private static List<String> workloads(JsonNode report) {
        return report.path("workloads")
                .valueStream()
                .map(workload -> workload.path("namespace").asString() + " "
                        + workload.path("kind").asString() + " "
                        + workload.path("name").asString() + " "
                        + workload.path("pods").size() + " of "
                        + workload.path("podsInAll").asInt() + " "
                        + workload.path("action").asString())
                .toList();
    }

    @Test
    void printsWhichPodsToRecreate() throws Exception {
        Run run = jar("scan", "--kubeconfig", admin(), "--mode", "rewrite");
        assertThat(run.out())
                .contains("Pod default/alone  1 pod, 1 on flagged nodes now")
                .contains("  recreate: alone (broken)")
                .contains("DaemonSet kube-system/agent  1 of 2 pods, 1 on flagged nodes now")
                .contains("2 nodes, 1 flagged, 0 suspected; 7 pods, 7 with exec probes or hooks");
    }

    @Test
    void reportsMissingPermissions() throws Exception {
        controlPlane.ok("", "create", "serviceaccount", "limited");
        controlPlane.ok("", "create", "clusterrole", "nodes-only", "--verb=list", "--resource=nodes");
        controlPlane.ok(
                "",
                "create",
                "clusterrolebinding",
                "limited",
                "--clusterrole=nodes-only",
                "--serviceaccount=default:limited");
        String secret = controlPlane
                .kubectlUntil(
                        text -> text.startsWith("limited-token"),
                        "get",
                        "serviceaccount",
                        "limited",
                        "-o",
                        "jsonpath={.secrets[0].name}")
                .text();
        String token = controlPlane
                .ok("", "get", "secret", secret, "-o", "go-template={{.data.token | base64decode}}")
                .text();
        String limited = controlPlane.kubeconfig("limited", token, "default").toString();
        Run nodes = jar("nodes", "--kubeconfig", limited);
        assertThat(nodes.exitCode()).isZero();
        assertThat(nodes.err()).contains("warning: cannot list Events in all namespaces (forbidden);");
        Run scan = jar("scan", "--kubeconfig", limited);
        assertThat(scan.exitCode()).isEqualTo(2);
        assertThat(scan.out()).isEmpty();
        assertThat(scan.err())
                .matches("warning: cannot list pods and Events in namespace probe-guard .forbidden.; .*\n"
                        + "warning: cannot list Events in all namespaces .forbidden.; .*\n"
                        + "error: the cluster at \\S+ denied the request: namespaces is forbidden: User"
                        + " \"system:serviceaccount:default:limited\" cannot list resource \"namespaces\" in API group"
                        + " \"\" at the cluster scope; ask an admin to grant this in a ClusterRole\n");
    }

    @Test
    void reportsWrongCredentials() throws Exception {
        String unknown = controlPlane.kubeconfig("unknown", "wrong", "default").toString();
        Run run = jar("nodes", "--kubeconfig", unknown);
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).endsWith("rejected the credentials (401 Unauthorized)\n");
    }

    @Test
    void writesAnHtmlPage() throws Exception {
        Run run = jar("scan", "--kubeconfig", admin(), "-o", "html", "--fail-on", "never");
        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).startsWith("<!DOCTYPE html>").contains("<h3>Deployment default/web</h3>");
    }
}
