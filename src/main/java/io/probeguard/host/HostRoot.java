package io.probeguard.host;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * The file system of a node: {@code /} on the node itself, or where a container has it mounted.
 *
 * <p>Below another root, programs are run by chroot(1): an RPM database can only be read by the node's own rpm, since
 * its format differs between releases. That needs the capability SYS_CHROOT.
 */
public record HostRoot(Path path) {
    private static final Path OWN = Path.of("/");
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final int MAX_OUTPUT = 1 << 20;
    private static final String NODE_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /** What a program printed, and its exit code. */
    record Result(int exitCode, String output) {}

    /** Where an absolute path of the node is found from here. */
    public Path at(String absolute) {
        return path.resolve(absolute.substring(1));
    }

    /**
     * Runs a program of the node, in the C locale.
     *
     * @throws FileNotFoundException if it is not there
     * @throws IOException if it may not be run, or does not exit within 20 s
     */
    Result run(String... command) throws IOException {
        boolean own = path.equals(OWN);
        List<String> line = new ArrayList<>(own ? List.of() : List.of("chroot", path.toString()));
        line.addAll(List.of(command));
        ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
        builder.environment().put("LC_ALL", "C");
        if (!own) {
            builder.environment().put("PATH", NODE_PATH);
        }
        Result result = await(start(builder, line.get(0)), command[0]);
        if (!own && result.output().startsWith("chroot: ")) {
            throw result.exitCode() == 127
                    ? new FileNotFoundException(notFound(command[0]))
                    : new IOException(result.output());
        }
        return result;
    }

    private static Process start(ProcessBuilder builder, String program) throws IOException {
        try {
            return builder.start();
        } catch (IOException e) { // its message names our own directory and an errno
            throw new FileNotFoundException(notFound(program));
        }
    }

    private static Result await(Process process, String program) throws IOException {
        process.getOutputStream().close();
        Future<?> unused = process.onExit()
                .orTimeout(TIMEOUT.toSeconds(), TimeUnit.SECONDS)
                .exceptionally(late -> process.destroyForcibly());
        long start = System.nanoTime();
        String output = new String(process.getInputStream().readNBytes(MAX_OUTPUT), StandardCharsets.UTF_8);
        try {
            int exitCode = process.waitFor();
            if (System.nanoTime() - start >= TIMEOUT.toNanos()) {
                throw new IOException(program + " timed out after " + TIMEOUT.toSeconds() + " s");
            }
            return new Result(exitCode, output.strip());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static String notFound(String program) {
        return "program " + program + " not found";
    }
}
