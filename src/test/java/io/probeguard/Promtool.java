package io.probeguard;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The linter of Prometheus; where it is not on the PATH, the test is skipped, which it reports. */
public final class Promtool {
    private Promtool() {}

    /**
     * Its complaints; empty where it has none.
     *
     * @param input its standard input
     */
    public static String complaints(String input, String... args) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of(External.program("promtool").toString()));
        command.addAll(List.of(args));
        Path out = Files.createTempFile("promtool", ".txt");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().close();
        return process.waitFor() == 0 ? "" : Files.readString(out);
    }
}
