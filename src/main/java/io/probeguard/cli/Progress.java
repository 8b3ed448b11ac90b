package io.probeguard.cli;

import io.probeguard.policy.Words;
import java.io.PrintWriter;
import picocli.CommandLine.Help.Ansi;

/** A line that tells a person at a terminal how far long work is; nothing where nobody looks. */
final class Progress {
    private static final int WORTH_TELLING = 50;
    private static final String CLEAR_LINE = "\r\u001b[K";

    private final PrintWriter err;
    private final int total;
    private final boolean shown;
    private int done;

    Progress(PrintWriter err, int total) {
        this.err = err;
        this.total = total;
        this.shown = total >= WORTH_TELLING && Ansi.AUTO.enabled();
    }

    void step(String what) {
        done++;
        if (shown) {
            err.print(CLEAR_LINE + "reading " + done + " of " + total + "  " + Words.clean(what));
            err.flush();
        }
    }

    void done() {
        if (shown) {
            err.print(CLEAR_LINE);
            err.flush();
        }
    }
}
