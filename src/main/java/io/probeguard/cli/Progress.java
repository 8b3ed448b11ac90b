package io.probeguard.cli;

import io.probeguard.text.Wording;
import java.io.PrintWriter;
import picocli.CommandLine.Help.Ansi;

/** A line that tells a person at a terminal how far long work is; nothing where nobody looks. */
final class Progress {
    private static final int WORTH_TELLING = 50;
    private static final String CLEAR_LINE = "\r\u001b[K";

    private final PrintWriter err;
    private boolean shown;

    Progress(PrintWriter err) {
        this.err = err;
    }

    /**
     * Tells where the work is.
     *
     * @param expected how much there is, or is at least; little is not worth a line
     */
    void tell(int expected, String where) {
        if (expected >= WORTH_TELLING) {
            tell(where);
        }
    }

    /** Tells it however little there is: it takes time. */
    void tell(String where) {
        if (Ansi.AUTO.enabled()) {
            err.print(CLEAR_LINE + Wording.clean(where));
            err.flush();
            shown = true;
        }
    }

    void done() {
        if (shown) {
            err.print(CLEAR_LINE);
            err.flush();
        }
    }
}
