package io.probeguard;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A control plane with nodes that run pods: kubelets, Docker Engines and containerds, started by the scripts in the
 * folder that PROBE_GUARD_CONTROL_PLANE names. {@code up} and {@code down} take the folder of the control plane,
 * {@code services} leads its Services to pods, {@code kubelet} starts nodes whose exec can be broken, and {@code observe}
 * runs pods on one and writes down what a watch sees.
 */
public final class RealCluster extends Cluster implements AutoCloseable {
    private final Path scripts;
    private final Path programs;
    private final Path folder;
    private final int port;
    private final List<RealNode> nodes = new ArrayList<>();

    private RealCluster(Path scripts, Path programs, Path folder) {
        this.scripts = scripts;
        this.programs = programs;
        this.folder = folder;
        this.port = freePorts(3);
    }

    /**
     * Starts a control plane of this version; its nodes come with {@link #node}. Where it cannot run, the calling test
     * is skipped and says so.
     */
    public static RealCluster start(Path folder, String kubernetes) throws Exception {
        Path scripts = External.folder("PROBE_GUARD_CONTROL_PLANE");
        Path programs = External.folder("KUBE_API_TEST_DIR").resolve("k8s").resolve(kubernetes + "-linux-amd64");
        if (!Files.isExecutable(programs.resolve("kubelet"))) {
            External.skip("no kubelet is in " + programs);
        }
        if (!System.getProperty("user.name").equals("root")) {
            External.skip("only root can start a kubelet");
        }
        if (!grantsNamespaces()) {
            External.skip("no kubelet can run here: containers get no namespaces");
        }
        RealCluster cluster = new RealCluster(scripts, programs, folder);
        String addresses = "10.0." + freeSubnet() + ".0/24";
        try {
            cluster.script(
                    Map.of(
                            "KUBERNETES",
                            kubernetes,
                            "PORT",
                            String.valueOf(cluster.port),
                            "APISERVER_FLAGS",
                            "--service-cluster-ip-range=" + addresses),
                    "up",
                    cluster.run());
            cluster.script(Map.of(), "services", cluster.run());
            return cluster;
        } catch (Exception | AssertionError e) {
            try {
                cluster.close();
            } catch (Exception | AssertionError alsoNot) {
                e.addSuppressed(alsoNot); // why it did not start says more
            }
            throw e;
        }
    }

    /**
     * Starts only the API server of this version, and its etcd; no service accounts come into being, and none are needed.
     * Where it cannot run, the calling test is skipped and says so.
     */
    public static RealCluster startApiServer(Path folder, String kubernetes) throws Exception {
        Path scripts = External.folder("PROBE_GUARD_CONTROL_PLANE");
        Path programs = External.folder("KUBE_API_TEST_DIR").resolve("k8s").resolve(kubernetes + "-linux-amd64");
        if (!Files.isExecutable(programs.resolve("kube-apiserver"))) {
            External.skip("no kube-apiserver is in " + programs);
        }
        RealCluster cluster = new RealCluster(scripts, programs, folder);
        cluster.script(
                Map.of(
                        "KUBERNETES",
                        kubernetes,
                        "PORT",
                        String.valueOf(cluster.port),
                        "CONTROLLERS",
                        "no",
                        "APISERVER_FLAGS",
                        "--disable-admission-plugins=ServiceAccount"),
                "up",
                cluster.run());
        return cluster;
    }

    /** The address at which etcd takes JSON, too. */
    public URI etcd() {
        return URI.create("http://127.0.0.1:" + (port + 1));
    }

    /** Whether containers can be started at all, which not every sandbox allows its root. */
    private static boolean grantsNamespaces() throws IOException, InterruptedException {
        return new ProcessBuilder(External.program("unshare").toString(), "--mount", "--net", "--pid", "--fork", "true")
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor()
                == 0;
    }

    /** Starts a node on this runtime, docker or containerd, and waits until it is Ready. */
    public RealNode node(String name, String runtime) throws Exception {
        RealNode node = new RealNode(
                this,
                name,
                folder.resolve(name),
                Map.of("PORT", String.valueOf(freePorts(21)), "CIDR", "10.244." + freeSubnet() + ".0/24"));
        nodes.add(node);
        node.kubelet("up", name, runtime);
        ok("", "wait", "--for=condition=Ready", "node/" + name, "--timeout=60s");
        return node;
    }

    /**
     * Has a node whose kubelet is silent become NotReady, and its pods with it, as in every cluster. The script {@code up}
     * leaves that out, for the sake of nodes without a kubelet.
     */
    public void watchKubelets() throws IOException {
        ControlPlaneProgram controllers = running("kube-controller-manager");
        controllers.kill();
        controllers.with(word -> word.replace(",-nodelifecycle", "")).start();
    }

    /** Runs a script, with these variables besides, and returns what it printed. */
    String script(Map<String, String> environment, String... command) throws IOException, InterruptedException {
        Map<String, String> all = new HashMap<>(environment);
        all.put("RUN", run());
        List<String> words = new ArrayList<>(List.of(command));
        words.set(0, scripts.resolve(command[0]).toString());
        return Command.run(folder, all, words);
    }

    private String run() {
        return folder.resolve("control-plane").toString();
    }

    @Override
    public Path program(String name) {
        return programs.resolve(name);
    }

    @Override
    public Path kubeconfig() {
        return folder.resolve("control-plane/kubeconfig");
    }

    @Override
    public URI server() {
        return URI.create("https://127.0.0.1:" + port);
    }

    @Override
    public Path authority() {
        return folder.resolve("control-plane/certs/apiserver.crt");
    }

    /** A program of the control plane that runs: etcd, kube-apiserver and, unless without controllers, the others. */
    public ControlPlaneProgram running(String name) throws IOException {
        return ControlPlaneProgram.running(folder.resolve("control-plane"), name);
    }

    /** Runs Helm, which lies beside the programs of one of the versions. */
    public String helm(String... args) throws IOException, InterruptedException {
        Path helm;
        try (Stream<Path> versions = Files.list(programs.getParent())) {
            helm = versions.map(version -> version.resolve("helm"))
                    .filter(Files::isExecutable)
                    .findFirst()
                    .orElseGet(() -> External.program("helm"));
        }
        List<String> command = new ArrayList<>(List.of(helm.toString()));
        command.addAll(List.of(args));
        return Command.run(Path.of(""), Map.of("KUBECONFIG", kubeconfig().toString()), command);
    }

    /** The first of so many successive TCP ports that nothing listens on, below those that clients are given. */
    public static int freePorts(int count) {
        return ThreadLocalRandom.current()
                .ints(20_000, 30_000)
                .filter(first -> IntStream.range(first, first + count).allMatch(RealCluster::isFree))
                .findFirst()
                .orElseThrow();
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port)) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    /** A third octet under which this machine has no address. */
    private static int freeSubnet() throws IOException {
        List<InetAddress> taken = NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .toList();
        return ThreadLocalRandom.current()
                .ints(100, 250)
                .filter(octet -> taken.stream().noneMatch(address -> address.getAddress()[2] == (byte) octet))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void close() throws IOException {
        try {
            try {
                for (RealNode node : nodes) {
                    node.kubelet("down");
                }
            } finally {
                script(Map.of(), "down", run());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
