package io.probeguard;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** The built jar, run as users run it, with the Java of the tests. */
public final class Jar {
    public static final Path PATH = Path.of("target/probe-guard.jar").toAbsolutePath();

    private Jar() {}

    public static ProcessBuilder command(String... args) {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-jar", PATH.toString()));
        command.addAll(List.of(args));
        return new ProcessBuilder(command);
    }

    /** A running {@code serve}. */
    public record Serve(Process process, String manifest, Path logFile) implements AutoCloseable {

        /** Starts it on a free port; returns once it has printed the webhook configurations. */
        public static Serve start(Path folder, String... args) throws IOException {
            return startWith("", folder, args);
        }

        /** The same with options of Java's, as the chart passes them. */
        public static Serve startWith(String javaOptions, Path folder, String... args) throws IOException {
            List<String> all = new ArrayList<>(List.of(
                    "serve", "--port", "0", "--certs", folder.resolve("certs").toString()));
            all.addAll(List.of(args));
            Path log = Files.createDirectories(folder).resolve("serve.log");
            ProcessBuilder builder = command(all.toArray(String[]::new)).redirectError(log.toFile());
            if (!javaOptions.isEmpty()) {
                builder.environment().put("JAVA_TOOL_OPTIONS", javaOptions);
            }
            Process process = builder.start();
            BufferedReader out =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            StringBuilder manifest = new StringBuilder();
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                manifest.append(line).append('\n');
                if (manifest.toString().contains("ValidatingWebhookConfiguration")
                        && line.startsWith("  timeoutSeconds:")) {
                    return new Serve(process, manifest.toString(), log);
                }
            }
            throw new IOException("serve stopped after:\n" + manifest + Files.readString(log));
        }

        public String log() throws IOException {
            return Files.readString(logFile);
        }

        public String url() {
            return manifest.lines()
                    .filter(line -> line.contains("/mutate"))
                    .map(line -> line.substring(line.indexOf("https:"), line.lastIndexOf('/')))
                    .collect(Collectors.joining());
        }

        /** Sends SIGTERM, as Kubernetes does, and returns the exit code. */
        public int stop() throws InterruptedException {
            process.destroy();
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException("serve did not stop within 30 s of SIGTERM");
            }
            return process.exitValue();
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }
}
