package io.probeguard.cli;

import io.probeguard.policy.Words;
import java.io.PrintWriter;

/** Text that fits a terminal. */
final class Wrapping {
    /** Columns. */
    static final int WIDTH = 100;

    private Wrapping() {}

    /** Prints a text behind something, its further lines below it; a word that is too long by itself stays whole. */
    static void print(String start, String text, PrintWriter out) {
        StringBuilder line = new StringBuilder(start);
        for (String word : Words.clean(text).split(" ", -1)) {
            if (line.length() + word.length() > WIDTH && line.length() > start.length()) {
                out.println(line.toString().stripTrailing());
                line = new StringBuilder(" ".repeat(start.length()));
            }
            line.append(word).append(' ');
        }
        out.println(line.toString().stripTrailing());
    }
}
