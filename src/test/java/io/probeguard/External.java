package io.probeguard;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** What some tests need from outside of the project; testing.md names the variables. */
public final class External {
    private External() {}

    /** The directory that an environment variable names; without it the test is skipped, which it reports. */
    public static Path folder(String variable) {
        String value = System.getenv(variable);
        if (value == null || value.isBlank()) {
            skip(variable + " is not set");
        }
        Path folder = Path.of(value);
        if (!Files.isDirectory(folder)) {
            throw new IllegalStateException(variable + " is not a directory: " + value);
        }
        return folder;
    }

    /** The file that an environment variable names; without it the test is skipped, which it reports. */
    public static Path file(String variable) {
        String value = System.getenv(variable);
        if (value == null || value.isBlank()) {
            skip(variable + " is not set");
        }
        return Path.of(value);
    }

    /** A program on the PATH; without it the test is skipped, which it reports. */
    public static Path program(String name) {
        for (String folder : System.getenv("PATH").split(File.pathSeparator, -1)) {
            Path program = Path.of(folder, name);
            if (Files.isExecutable(program)) {
                return program;
            }
        }
        skip(name + " is not on the PATH");
        throw new IllegalStateException();
    }

    /** Skips the test that calls it. */
    public static void skip(String reason) {
        String test = StackWalker.getInstance()
                .walk(frames -> frames.map(StackWalker.StackFrame::getClassName)
                        .filter(name -> !name.equals(External.class.getName()))
                        .findFirst()
                        .orElse(""));
        System.out.println("SKIPPED " + test.substring(test.lastIndexOf('.') + 1) + ": " + reason);
        Assumptions.abort(reason);
    }
}
