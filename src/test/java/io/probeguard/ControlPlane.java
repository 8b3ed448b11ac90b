package io.probeguard;

import java.io.IOException;
import java.net.BindException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/**
 * A real control plane: API server, etcd, scheduler and controllers, with RBAC and service accounts; without kubelets, so
 * that no container runs. Its programs are below KUBE_API_TEST_DIR, where fabric8's kube-api-test expects them too; that
 * library supports neither service accounts nor restarts.
 */
public final class ControlPlane extends Cluster implements AutoCloseable {
    private static final String TOKENS = """
            admin-token,admin,admin,system:masters
            scheduler-token,system:kube-scheduler,scheduler,system:masters
            controllers-token,system:kube-controller-manager,controllers,system:masters
            """;

    private final Path folder;
    private final Path programs;
    private final int port;
    private final int etcdPort;
    private final List<String> apiServerFlags;
    private final List<Process> others = new ArrayList<>();
    private Process apiServer;

    private ControlPlane(Path folder, Path programs, List<String> apiServerFlags) throws IOException {
        this.folder = folder;
        this.programs = programs;
        this.apiServerFlags = apiServerFlags;
        this.port = freePort();
        this.etcdPort = freePort();
    }

    /** Starts it; where its programs are not installed, the test is skipped, which it reports. */
    public static ControlPlane start(Path folder, String... apiServerFlags) throws Exception {
        Path programs = programs();
        ControlPlane started = new ControlPlane(folder, programs, List.of(apiServerFlags));
        try {
            started.start();
            return started;
        } catch (Exception e) {
            started.close();
            throw e;
        }
    }

    private static Path programs() throws IOException {
        Path root = External.folder("KUBE_API_TEST_DIR").resolve("k8s");
        if (Files.isDirectory(root)) {
            try (Stream<Path> versions = Files.list(root)) {
                for (Path version : versions.sorted().toList()) {
                    if (Files.isExecutable(version.resolve("kube-apiserver"))
                            && Files.isExecutable(version.resolve("kube-controller-manager"))) {
                        return version;
                    }
                }
            }
        }
        External.skip("no kube-apiserver and kube-controller-manager below " + root);
        throw new IllegalStateException();
    }

    /**
     * A port of the loopback interface on which nothing listens. It is below those that the system gives to outgoing
     * connections: one of these could take it, or even connect to itself there, before its server listens.
     */
    public static int freePort() throws IOException {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(12_000, 29_000);
            try (ServerSocket socket = new ServerSocket(port)) {
                return socket.getLocalPort();
            } catch (BindException e) {
                // in use: try another
            }
        }
    }

    private void start() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        KeyPair keys = generator.generateKeyPair();
        Files.writeString(folder.resolve("sa.key"), Https.pem(keys.getPrivate()));
        Files.writeString(folder.resolve("sa.pub"), Https.pem(keys.getPublic()));
        Files.writeString(folder.resolve("tokens.csv"), TOKENS);
        String etcd = "http://127.0.0.1:" + etcdPort;
        others.add(run(
                "etcd",
                "--data-dir=" + folder.resolve("etcd"),
                "--unsafe-no-fsync",
                "--listen-client-urls=" + etcd,
                "--advertise-client-urls=" + etcd,
                "--listen-peer-urls=http://127.0.0.1:" + freePort()));
        startApiServer();
        others.add(run(
                "kube-scheduler",
                "--kubeconfig=" + kubeconfig("scheduler", "scheduler-token", "default"),
                "--leader-elect=false",
                "--port=0",
                "--secure-port=0"));
        others.add(run(
                "kube-controller-manager",
                "--kubeconfig=" + kubeconfig("controllers", "controllers-token", "default"),
                "--leader-elect=false",
                "--port=0",
                "--secure-port=0",
                "--use-service-account-credentials",
                "--service-account-private-key-file=" + folder.resolve("sa.key"),
                "--root-ca-file=" + authority(),
                "--controllers=*,-nodelifecycle,-nodeipam,-ttl"));
        String account = "serviceaccount/default";
        until(kubectlUntil(text -> text.contains(account), "get", "serviceaccounts", "-o", "name"), account);
    }

    /** Starts the API server, or restarts it after {@link #stopApiServer}; returns once it is ready. */
    public void startApiServer() throws Exception {
        List<String> flags = new ArrayList<>(List.of(
                "--etcd-servers=http://127.0.0.1:" + etcdPort,
                "--bind-address=127.0.0.1",
                "--advertise-address=127.0.0.1",
                "--secure-port=" + port,
                "--insecure-port=0",
                "--cert-dir=" + folder.resolve("apiserver"),
                "--token-auth-file=" + folder.resolve("tokens.csv"),
                "--authorization-mode=RBAC",
                "--allow-privileged",
                "--service-account-issuer=https://kubernetes.default.svc",
                "--service-account-key-file=" + folder.resolve("sa.pub"),
                "--service-account-signing-key-file=" + folder.resolve("sa.key"),
                "--service-cluster-ip-range=10.0.0.0/24",
                "--disable-admission-plugins=TaintNodesByCondition"));
        flags.addAll(apiServerFlags);
        apiServer = run("kube-apiserver", flags.toArray(String[]::new));
        kubeconfig("admin", "admin-token", "default");
        until(kubectlUntil(text -> text.equals("ok"), "get", "--raw", "/readyz"), "ok");
    }

    public void stopApiServer() throws InterruptedException {
        apiServer.destroyForcibly().waitFor(); // on SIGTERM it would wait a minute for its watches to end
    }

    private void until(Said said, String wanted) throws IOException {
        if (!said.text().contains(wanted)) {
            throw new IllegalStateException("the control plane does not get ready: %s%n%s%n%s"
                    .formatted(said.text(), end(log("etcd")), end(log("kube-apiserver"))));
        }
    }

    private static String end(Path log) throws IOException {
        List<String> lines = Files.readAllLines(log);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
    }

    private Process run(String program, String... flags) throws IOException {
        List<String> command = new ArrayList<>(List.of(programs.resolve(program).toString()));
        command.addAll(List.of(flags));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log(program).toFile()))
                .start();
    }

    @Override
    public Path program(String name) {
        return programs.resolve(name);
    }

    /** The log of a program, across restarts. */
    public Path log(String program) {
        return folder.resolve(program + ".log");
    }

    @Override
    public URI server() {
        return URI.create("https://127.0.0.1:" + port);
    }

    @Override
    public Path authority() {
        return folder.resolve("apiserver/apiserver.crt");
    }

    /** Writes a kubeconfig with a token. */
    public Path kubeconfig(String name, String token, String namespace) throws IOException {
        return Files.writeString(
                folder.resolve(name + ".kubeconfig"), """
                apiVersion: v1
                kind: Config
                clusters: [{name: c, cluster: {server: "%s", certificate-authority: "%s"}}]
                users: [{name: u, user: {token: "%s"}}]
                contexts: [{name: c, context: {cluster: c, user: u, namespace: "%s"}}]
                current-context: c
                """.formatted(server(), authority(), token, namespace));
    }

    /** The Prometheus metrics of etcd. */
    public String etcdMetrics() throws IOException {
        try (var in =
                URI.create("http://127.0.0.1:" + etcdPort + "/metrics").toURL().openStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Override
    public Path kubeconfig() {
        return folder.resolve("admin.kubeconfig");
    }

    @Override
    public void close() {
        others.forEach(Process::destroy);
        if (apiServer != null) {
            apiServer.destroyForcibly();
        }
    }
}
