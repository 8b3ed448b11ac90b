package io.probeguard.cli;

import io.probeguard.text.Wording;
import java.io.PrintWriter;
import picocli.CommandLine.Help.Ansi;

/** A line with the progress of long work, on terminals only. */
final class Progress {
    private static final int MIN_ITEMS = 50;
    private static final String CLEAR_LINE = "\r\u001b[K";

    private final PrintWriter err;
    private boolean shown;

    Progress(PrintWriter err) {
        this.err = err;
    }

    /** @param items how many there are, or at least; short work gets no line */
    void show(int items, String text) {
        if (items >= MIN_ITEMS) {
            show(text);
        }
    }

    /** For work that takes long however little there is. */
    synchronized void show(String text) {
        if (Ansi.AUTO.enabled()) {
            err.print(CLEAR_LINE + Wording.clean(text));
            err.flush();
            shown = true;
        }
    }

    /** Removes the line. */
    synchronized void done() {
        if (shown) {
            err.print(CLEAR_LINE);
            err.flush();
        }
    }
}
