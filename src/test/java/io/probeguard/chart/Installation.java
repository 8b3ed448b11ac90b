package io.probeguard.chart;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.InstallCommand;
import io.probeguard.Cluster;
import io.probeguard.ControlPlane;
import io.probeguard.Jar;
import io.probeguard.Relay;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
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

    private static final String RELEASE = "probe-guard";
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

    /** What installs the chart, as the release probe-guard in the namespace of the same name. */
    interface Installer {
        /** @param servicePort the value of service.port */
        void install(int servicePort) throws Exception;
    }

    /** Installs the chart by Helm's library; no replica runs yet. */
    public static Installation install(Cluster cluster, Path folder, Map<String, ?> values) throws Exception {
        return install(cluster, folder, servicePort -> {
            InstallCommand install = new Helm(Chart.PATH)
                    .install()
                    .withName("probe-guard")
                    .withNamespace(NAMESPACE)
                    .createNamespace()
                    .withKubeConfig(cluster.kubeconfig())
                    .set("service.port", servicePort);
            values.forEach(install::set);
            install.call();
        });
    }

    /** The same by whatever installs it. */
    static Installation install(Cluster cluster, Path folder, Installer installer) throws Exception {
        Installation installation = new Installation(cluster, folder);
        installer.install(installation.proxy.port());
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
        String secret = cluster.token(NAMESPACE, RELEASE);
        installation.environment.putAll(
                cluster.inCluster(Files.writeString(folder.resolve("serviceaccount.token"), secret)));
        installation.readArguments();
        installation.startKeeper();
        return installation;
    }

    /** Reads the arguments of the Deployment as it is now, for replicas that start later, and what its pods mount. */
    void readArguments() throws Exception {
        mount();
        args.clear();
        args.addAll(arguments(RELEASE));
        args.removeIf(arg -> arg.matches("--(port|management-port|console-port|drain)=.*"));
    }

    /** Brings what the Deployment's pods mount of ConfigMaps and Secrets to this machine, as kubelets do after a change. */
    void mount() throws Exception {
        JsonNode pod = template(RELEASE).path("spec");
        for (JsonNode volume : pod.path("volumes")) {
            String configMap = volume.at("/configMap/name").asString();
            String secret = volume.at("/secret/secretName").asString();
            if (configMap.isEmpty() && secret.isEmpty()) {
                continue;
            }
            JsonNode data = get(configMap.isEmpty() ? "secret" : "configmap", configMap + secret)
                    .path("data");
            for (JsonNode mount : pod.at("/containers/0/volumeMounts")) {
                if (!mount.path("name").equals(volume.path("name"))) {
                    continue;
                }
                Path directory =
                        Files.createDirectories(here(mount.path("mountPath").asString()));
                for (String file : data.propertyNames()) {
                    String value = data.path(file).asString();
                    byte[] content = configMap.isEmpty()
                            ? Base64.getDecoder().decode(value)
                            : value.getBytes(StandardCharsets.UTF_8);
                    Files.write(directory.resolve(file), content);
                }
            }
        }
    }

    /** Where a path of a pod's file system is on this machine. */
    private Path here(String path) {
        return folder.resolve(Path.of("/").relativize(Path.of(path)));
    }

    /** What writes certificates and webhook configurations, with the arguments and the account of its Deployment. */
    public Process startKeeper() throws Exception {
        ProcessBuilder command = Jar.command(arguments(KEEPER).toArray(String[]::new));
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

    /** The arguments of a Deployment, with files of this machine. */
    private List<String> arguments(String deployment) throws Exception {
        return template(deployment)
                .at("/spec/containers/0/args")
                .valueStream()
                .map(JsonNode::asString)
                .map(arg -> arg.contains("=/etc/")
                        ? arg.replaceFirst("=.*", "=" + here(arg.substring(arg.indexOf('=') + 1)))
                        : arg)
                .toList();
    }

    private JsonNode template(String deployment) throws Exception {
        return get("deployment", deployment).at("/spec/template");
    }

    private JsonNode get(String kind, String name) throws Exception {
        return new JsonMapper()
                .readTree(cluster.ok("", "-n", NAMESPACE, "get", kind, name, "-o", "json")
                        .text());
    }

    /** Sets a variable in the environment of replicas that start later. */
    public void set(String variable, String value) {
        environment.put(variable, value);
    }

    /** The port of the Service. */
    public int port() {
        return proxy.port();
    }

    /** What leads from its port to the replicas. */
    public Relay service() {
        return proxy;
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
