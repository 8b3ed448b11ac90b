package io.probeguard;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A program that is run to its end and must succeed, within ten minutes. */
public final class Command {
    private static final Duration LIMIT = Duration.ofMinutes(10);

    private Command() {}

    /**
     * Runs it in this folder, with these variables besides its environment; returns what it printed, standard output
     * and error together.
     */
    public static String run(Path folder, Map<String, String> environment, List<String> command)
            throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toAbsolutePath().toFile());
        builder.environment().putAll(environment);
        Path output = Files.createTempFile("command", ".txt");
        Process process = builder.redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean ended = process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS);
        process.destroyForcibly();
        String text = Files.readString(output);
        Files.delete(output);
        if (!ended || process.exitValue() != 0) {
            throw new AssertionError(String.join(" ", command)
                    + (ended ? " ended with " + process.exitValue() : " did not end within " + LIMIT) + ": " + text);
        }
        return text;
    }
}
