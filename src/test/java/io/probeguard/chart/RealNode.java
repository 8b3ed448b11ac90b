package io.probeguard.chart;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A node of a {@link RealCluster}: a kubelet with runtimes of its own. Its state folder is where containerd keeps its. */
record RealNode(RealCluster cluster, String name, Path state, Map<String, String> addresses) {
    private static final List<String> TASKS = List.of(
            "containerd-run/io.containerd.runtime.v2.task/k8s.io",
            "docker-run/containerd/daemon/io.containerd.runtime.v2.task/moby");

    /** Runs the script {@code kubelet} for it. */
    void kubelet(String... args) throws IOException, InterruptedException {
        Map<String, String> environment = new HashMap<>(addresses);
        environment.put("STATE", state.toString());
        cluster.script(
                environment,
                Stream.concat(Stream.of("kubelet"), Stream.of(args)).toArray(String[]::new));
    }

    /** The folders of its containers that run, pods' sandboxes included; each is named by the container's id. */
    List<Path> containers() throws IOException {
        return list(TASKS.stream().map(state::resolve));
    }

    /** The folders that its kubelet keeps of pods. */
    List<Path> pods() throws IOException {
        return list(Stream.of(state.resolve("node-" + name + "/pods")));
    }

    private static List<Path> list(Stream<Path> folders) throws IOException {
        List<Path> found = new ArrayList<>();
        for (Path folder : folders.filter(Files::isDirectory).toList()) {
            try (Stream<Path> files = Files.list(folder)) {
                files.forEach(found::add);
            }
        }
        return found;
    }

    /** Kills the first process of a container, as the kernel would for want of memory. */
    void kill(String container) throws IOException {
        Path folder = containers().stream()
                .filter(running -> running.endsWith(container))
                .findFirst()
                .orElseThrow();
        long pid = Long.parseLong(Files.readString(folder.resolve("init.pid")));
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
    }
}
