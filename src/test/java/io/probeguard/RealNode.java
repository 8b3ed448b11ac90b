package io.probeguard;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A node of a {@link RealCluster}: a kubelet with runtimes of its own. Its state folder is where containerd keeps its. */
public record RealNode(RealCluster cluster, String name, Path state, Map<String, String> addresses) {
    private static final List<String> TASKS = List.of(
            "containerd-run/io.containerd.runtime.v2.task/k8s.io",
            "docker-run/containerd/daemon/io.containerd.runtime.v2.task/moby");

    /** Runs the script {@code kubelet} for it. */
    public void kubelet(String... args) throws IOException, InterruptedException {
        Map<String, String> environment = new HashMap<>(addresses);
        environment.put("STATE", state.toString());
        cluster.script(
                environment,
                Stream.concat(Stream.of("kubelet"), Stream.of(args)).toArray(String[]::new));
    }

    /** Runs scenarios on it for so many seconds, and returns what {@code observe} prints of them. */
    public String observe(Path scenarios, int seconds) throws IOException, InterruptedException {
        return cluster.script(
                Map.of("KUBECONFIG", cluster.kubeconfig().toString()),
                "observe",
                name,
                scenarios.toString(),
                String.valueOf(seconds));
    }

    /** When runc was asked to exec into a container: seconds since 1970, in order. */
    public List<Double> execs(String container) throws IOException {
        try (Stream<String> lines = Files.lines(state.resolve("exec.log"))) {
            return lines.map(line -> line.split(" ", -1))
                    .filter(words -> words[1].equals(container))
                    .map(words -> Double.valueOf(words[0]))
                    .toList();
        }
    }

    /** The folders of its containers that run, pods' sandboxes included; each is named by the container's id. */
    public List<Path> containers() throws IOException {
        return list(TASKS.stream().map(state::resolve));
    }

    /** The folders that its kubelet keeps of pods. */
    public List<Path> pods() throws IOException {
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
    public void kill(String container) throws IOException {
        Path folder = containers().stream()
                .filter(running -> running.endsWith(container))
                .findFirst()
                .orElseThrow();
        long pid = Long.parseLong(Files.readString(folder.resolve("init.pid")));
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
    }

    /**
     * What a power failure looks like from elsewhere: from now on nothing of it answers, its pods neither, and nobody is
     * told. {@code kubelet("down")} ends what is left of it.
     */
    public void cut() throws IOException, InterruptedException {
        String bridge = "pods" + addresses.get("CIDR").split("\\.", -1)[2];
        String links = Command.run(state, Map.of(), List.of("ip", "-brief", "link", "show", "master", bridge));
        for (String link : links.lines().map(line -> line.split("[@ ]", 2)[0]).toList()) {
            Command.run(state, Map.of(), List.of("ip", "link", "set", link, "down"));
        }
        long pid = Long.parseLong(
                Files.readString(state.resolve("node-" + name + ".pid")).strip());
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
    }
}
