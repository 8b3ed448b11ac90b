package io.probeguard.chart;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.InstallCommand;
import io.probeguard.Cluster;
import io.probeguard.ControlPlane;
import io.probeguard.Jar;
import io.probeguard.Relay;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The chart, installed by Helm on a real API server, with the jar run like the Deployment: with the same arguments and only
 * the permissions of the chart's service account. There is no Service network, so the Service becomes an ExternalName, and
 * a relay distributes connections over the replicas.
 */
public final class Installation implements AutoCloseable {
    public static final String NAMESPACE = "probe-guard";

    private static final String KEEPER = "probe-guard-webhooks";

    private final Cluster cluster;
    private final Path folder;
    private final List<String> args = new ArrayList<>();
    private final Map<String, String> environment = new HashMap<>();
    private final List<Replica> replicas = new CopyOnWriteArrayList<>();
    private final Relay proxy;
    private Process keeper;

    /** One process of the server. */
    public record Replica(Process process, int port, Path log) {
        /** Sends SIGTERM and returns the exit code. */
        public int stop() throws InterruptedException {
            process.destroy();
            if (!process.waitFor(1, TimeUnit.MINUTES)) {
                throw new IllegalStateException("did not stop within a minute of SIGTERM");
            }
            return process.exitValue();
        }
    }

    private Installation(Cluster cluster, Path folder) throws IOException {
        this.cluster = cluster;
        this.folder = folder;
        this.proxy = new Relay(() -> replicas.stream().map(Replica::port).toList());
    }

    /** Installs the chart; no replica runs yet. */
    public static Installation install(Cluster cluster, Path folder, Map<String, ?> values) throws Exception {
        Installation installation = new Installation(cluster, folder);
        InstallCommand install = new Helm(Chart.PATH)
                .install()
                .withName("probe-guard")
                .withNamespace(NAMESPACE)
                .createNamespace()
                .withKubeConfig(cluster.kubeconfig())
                .set("service.port", installation.proxy.port());
        values.forEach(install::set);
        install.call();
        cluster.ok("", "label", "namespace", "kube-system", NAMESPACE, "probe-guard.io/mode=off");
        cluster.ok(
                "",
                "-n",
                NAMESPACE,
                "patch",
                "service",
                "probe-guard",
                "--type=merge",
                "-p",
                "{\"spec\": {\"type\": \"ExternalName\", \"externalName\": \"localhost\", \"clusterIP\": null, \"clusterIPs\": null}}");
        installation.readArguments();
        installation.startKeeper();
        return installation;
    }

    /** The arguments of the Deployment, with files and ports of this machine. */
    private void readArguments() throws Exception {
        String policy = cluster.ok(
                        "", "-n", NAMESPACE, "get", "configmap", "probe-guard", "-o", "jsonpath={.data.policy\\.yaml}")
                .text();
        Path policyFile = Files.writeString(folder.resolve("policy.yaml"), policy);
        arguments("probe-guard").forEach(arg -> args.add(arg.asString()));
        args.removeIf(arg -> arg.matches("--(policy|port|management-port|console-port|drain)=.*"));
        args.add("--policy=" + policyFile);
        String secret = cluster.token(NAMESPACE, "probe-guard");
        environment.putAll(cluster.inCluster(Files.writeString(folder.resolve("serviceaccount.token"), secret)));
    }

    /** What writes certificates and webhook configurations, with the arguments and the account of its Deployment. */
    public Process startKeeper() throws Exception {
        List<String> arguments = new ArrayList<>();
        arguments(KEEPER).forEach(arg -> arguments.add(arg.asString()));
        arguments.replaceAll(arg -> arg.startsWith("--policy=") ? "--policy=" + folder.resolve("policy.yaml") : arg);
        ProcessBuilder command = Jar.command(arguments.toArray(String[]::new));
        Path token = Files.writeString(folder.resolve("keeper.token"), cluster.token(NAMESPACE, KEEPER));
        command.environment().putAll(cluster.inCluster(token));
        keeper = command.redirectErrorStream(true)
                .redirectOutput(folder.resolve("keeper.log").toFile())
                .start();
        return keeper;
    }

    public Process keeper() {
        return keeper;
    }

    private JsonNode arguments(String deployment) throws Exception {
        String json = cluster.ok("", "-n", NAMESPACE, "get", "deployment", deployment, "-o", "json")
                .text();
        return new JsonMapper().readTree(json).at("/spec/template/spec/containers/0/args");
    }

    /** Sets a variable in the environment of replicas that start later. */
    public void set(String variable, String value) {
        environment.put(variable, value);
    }

    /** The port of the Service. */
    public int port() {
        return proxy.port();
    }

    /** Starts a replica with additional arguments; does not wait for it. */
    public Replica start(String... more) throws IOException {
        int port = ControlPlane.freePort();
        Path log = folder.resolve("replica-" + port + ".log");
        List<String> all = new ArrayList<>(args);
        all.add("--port=" + port);
        all.addAll(List.of(more));
        ProcessBuilder command = Jar.command(all.toArray(String[]::new));
        command.environment().putAll(environment);
        Process process =
                command.redirectErrorStream(true).redirectOutput(log.toFile()).start();
        Replica replica = new Replica(process, port, log);
        replicas.add(replica);
        return replica;
    }

    /** Removes a replica from the Service, like an endpoint that is not ready. */
    public void leaveOut(Replica replica) {
        replicas.remove(replica);
    }

    public List<Replica> replicas() {
        return replicas;
    }

    /** Uninstalls the chart with Helm, and nothing else. */
    void uninstall() {
        Helm.uninstall("probe-guard")
                .withNamespace(NAMESPACE)
                .withKubeConfig(cluster.kubeconfig())
                .call();
    }

    @Override
    public void close() {
        replicas.forEach(replica -> replica.process().destroyForcibly());
        keeper.destroyForcibly();
        try {
            proxy.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
