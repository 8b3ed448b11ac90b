package io.probeguard.cli;

import io.fabric8.kubeapitest.KubeAPIServer;
import io.fabric8.kubeapitest.KubeAPIServerConfigBuilder;
import io.probeguard.External;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A real API server with etcd, and the controllers that make pods of Deployments; no kubelets, so nothing runs. Its
 * programs lie below KUBE_API_TEST_DIR, where fabric8's kube-api-test looks for them.
 */
final class ControlPlane implements AutoCloseable {
    private final KubeAPIServer apiServer;
    private final Process controllers;
    private final Path programs;
    private final Path kubeconfig;

    private ControlPlane(KubeAPIServer apiServer, Process controllers, Path programs, Path kubeconfig) {
        this.apiServer = apiServer;
        this.controllers = controllers;
        this.programs = programs;
        this.kubeconfig = kubeconfig;
    }

    /** What a kubectl command said: standard output and error together. */
    record Said(int exitCode, String text) {}

    /** Starts it; where its programs are not installed, the calling test is skipped and says so. */
    static ControlPlane start(Path folder) throws IOException {
        Path programs = programs();
        KubeAPIServer apiServer = new KubeAPIServer(KubeAPIServerConfigBuilder.anAPIServerConfig()
                .withApiServerVersion(version(programs))
                .withUpdateKubeConfig(false)
                .build());
        apiServer.start();
        Path kubeconfig = Files.writeString(folder.resolve("kubeconfig"), apiServer.getKubeConfigYaml());
        Process controllers = new ProcessBuilder(
                        programs.resolve("kube-controller-manager").toString(),
                        "--kubeconfig=" + kubeconfig,
                        "--leader-elect=false",
                        "--port=0",
                        "--secure-port=0",
                        "--controllers=deployment,replicaset,daemonset,job")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("controllers.log").toFile())
                .start();
        return new ControlPlane(apiServer, controllers, programs, kubeconfig);
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

    /** {@code 1.20.2} of {@code 1.20.2-linux-amd64}. */
    private static String version(Path programs) {
        String name = programs.getFileName().toString();
        return name.substring(0, name.indexOf('-'));
    }

    /** Runs kubectl, with this as its standard input. */
    Said kubectl(String input, String... args) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of(programs.resolve("kubectl").toString(), "--kubeconfig", kubeconfig.toString()));
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

    /** Runs kubectl until what it says satisfies a test, for at most half a minute; returns what it said last. */
    Said kubectlUntil(java.util.function.Predicate<String> good, String... args)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        Said said = kubectl("", args);
        while (!good.test(said.text()) && System.nanoTime() < end) {
            TimeUnit.MILLISECONDS.sleep(200);
            said = kubectl("", args);
        }
        return said;
    }

    @Override
    public void close() {
        controllers.destroy();
        apiServer.stop();
    }
}
