package io.probeguard;

import io.probeguard.cli.ProbeGuard;
import java.io.PrintWriter;
import java.io.StringWriter;

/** The output and exit code of a command. */
public record Run(int exitCode, String out, String err) {
    public static Run of(String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode = ProbeGuard.run(new PrintWriter(out), new PrintWriter(err), args);
        return new Run(exitCode, out.toString(), err.toString());
    }
}
