package io.probeguard;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** A program of a {@link RealCluster}'s control plane, which can be killed, stalled, and started again as it was. */
public final class ControlPlaneProgram {
    private final Path folder;
    private final String name;
    private final List<String> command;

    private ControlPlaneProgram(Path folder, String name, List<String> command) {
        this.folder = folder;
        this.name = name;
        this.command = command;
    }

    /** The one whose id the script {@code up} has written to this folder. */
    static ControlPlaneProgram running(Path folder, String name) throws IOException {
        String words = Files.readString(Path.of("/proc", pid(folder, name), "cmdline"));
        return new ControlPlaneProgram(folder, name, List.of(words.split("\0")));
    }

    private static String pid(Path folder, String name) throws IOException {
        return Files.readString(folder.resolve(name + ".pid")).strip();
    }

    /** Sends SIGKILL; returns once it has ended. */
    public void kill() throws IOException {
        ProcessHandle process =
                ProcessHandle.of(Long.parseLong(pid(folder, name))).orElseThrow();
        process.destroyForcibly();
        process.onExit().join();
    }

    /** Starts it again; {@code down} stops it then. */
    public void start() throws IOException {
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve(name + ".log").toFile()))
                .start();
        Files.writeString(folder.resolve(name + ".pid"), String.valueOf(process.pid()));
    }

    /** The same with its words replaced, from the next start on. */
    ControlPlaneProgram with(UnaryOperator<String> word) {
        return new ControlPlaneProgram(folder, name, command.stream().map(word).toList());
    }

    /** Sends SIGSTOP: its connections stay open, and nothing answers on them. */
    public void stall() throws IOException, InterruptedException {
        signal("-STOP");
    }

    public void resume() throws IOException, InterruptedException {
        signal("-CONT");
    }

    private void signal(String signal) throws IOException, InterruptedException {
        Command.run(folder, Map.of(), List.of("kill", signal, pid(folder, name)));
    }
}
