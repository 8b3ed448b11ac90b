package io.probeguard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;

/** A cluster that a test has started, and kubectl as its admin runs it. */
public abstract class Cluster {
    /** The output of a kubectl command, standard output and error together. */
    public record Said(int exitCode, String text) {}

    /** The path of one of the programs of its version. */
    public abstract Path program(String name);

    /** The kubeconfig of the admin. */
    public abstract Path kubeconfig();

    /** The address of the API server. */
    public abstract URI server();

    /** The certificate that the API server presents. */
    public abstract Path authority();

    /** A token of a service account. */
    public String token(String namespace, String account) throws IOException, InterruptedException {
        Said said = ok(
                "{\"apiVersion\": \"authentication.k8s.io/v1\", \"kind\": \"TokenRequest\", \"spec\": {\"audiences\":"
                        + " [\"https://kubernetes.default.svc\"], \"expirationSeconds\": 7200}}",
                "create",
                "--raw",
                "/api/v1/namespaces/" + namespace + "/serviceaccounts/" + account + "/token",
                "-f",
                "-");
        return new JsonMapper().readTree(said.text()).at("/status/token").asString();
    }

    /** The environment of a process that finds the API server as a container does, with the token in this file. */
    public Map<String, String> inCluster(Path token) {
        return Map.of(
                "KUBECONFIG",
                kubeconfig().resolveSibling("none").toString(),
                "KUBERNETES_SERVICE_HOST",
                server().getHost(),
                "KUBERNETES_SERVICE_PORT",
                String.valueOf(server().getPort()),
                "KUBERNETES_AUTH_SERVICEACCOUNT_TOKEN",
                token.toString(),
                "KUBERNETES_CERTS_CA_FILE",
                authority().toString());
    }

    /** Runs kubectl, with this as its standard input. */
    public Said kubectl(String input, String... args) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                program("kubectl").toString(), "--kubeconfig", kubeconfig().toString()));
        command.addAll(List.of(args));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (var in = process.getOutputStream()) {
            in.write(input.getBytes(StandardCharsets.UTF_8));
        }
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(1, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new IllegalStateException("kubectl did not end: " + text);
        }
        return new Said(process.exitValue(), text);
    }

    /** The same, but fails if kubectl does. */
    public Said ok(String input, String... args) throws IOException, InterruptedException {
        Said said = kubectl(input, args);
        if (said.exitCode() != 0) {
            throw new AssertionError("kubectl " + String.join(" ", args) + ": " + said.text());
        }
        return said;
    }

    /** Creates a node without a kubelet that is Ready and has capacity; each label as kubectl takes it. */
    public void createNode(String name, String... labels) throws IOException, InterruptedException {
        ok("""
                {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "%s", "labels": {"kubernetes.io/hostname": "%s", "kubernetes.io/os": "linux"}},
                 "status": {"capacity": {"cpu": "64", "memory": "256Gi", "pods": "1000"},
                  "allocatable": {"cpu": "64", "memory": "256Gi", "pods": "1000"},
                  "conditions": [{"type": "Ready", "status": "True"}],
                  "nodeInfo": {"architecture": "amd64", "operatingSystem": "linux", "machineID": "", "systemUUID": "", "bootID": "",
                   "containerRuntimeVersion": "docker://1.13.1", "osImage": "CentOS Linux 7 (Core)", "kernelVersion": "3.10.0-957.el7.x86_64",
                   "kubeletVersion": "v1.13.0", "kubeProxyVersion": "v1.13.0"}}}
                """.formatted(name, name), "create", "-f", "-");
        for (String label : labels) {
            ok("", "label", "--overwrite", "node", name, label);
        }
    }

    /** That a server-side apply of webhook configurations would change none of their webhooks and labels. */
    public void assertAppliedServerSide(String manifest) throws IOException, InterruptedException {
        String fields = "jsonpath={..webhooks}{..labels}";
        String present = ok(manifest, "get", "-f", "-", "-o", fields).text();
        String applied = ok(
                        manifest,
                        "apply",
                        "--server-side",
                        "--dry-run=server",
                        "--force-conflicts",
                        "--field-manager=gitops",
                        "-f",
                        "-",
                        "-o",
                        fields)
                .text();
        assertThat(applied).isEqualTo(present);
    }

    /** Runs kubectl until its output satisfies a predicate, for at most a minute; returns the last output. */
    public Said kubectlUntil(Predicate<String> good, String... args) throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        Said said = kubectl("", args);
        while (!good.test(said.text()) && System.nanoTime() < end) {
            TimeUnit.MILLISECONDS.sleep(200);
            said = kubectl("", args);
        }
        return said;
    }

    /** Every object of every kind but Events, which the API server forgets by itself: {@code Secret default/one}. */
    public Set<String> objects() throws IOException, InterruptedException {
        String kinds = ok("", "api-resources", "--verbs=list", "-o", "name")
                .text()
                .lines()
                .filter(kind -> !kind.startsWith("events") && !kind.equals("componentstatuses"))
                .collect(Collectors.joining(","));
        return ok(
                        "",
                        "get",
                        kinds,
                        "-A",
                        "-o",
                        "jsonpath={range .items[*]}{.kind} {.metadata.namespace}/{.metadata.name}{\"\\n\"}{end}")
                .text()
                .lines()
                .filter(line -> line.contains("/"))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
