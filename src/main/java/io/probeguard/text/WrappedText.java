package io.probeguard.text;

import java.io.PrintWriter;

/** Text broken into lines that fit a terminal. */
public final class WrappedText {
    /** Columns. */
    public static final int WIDTH = 100;

    private WrappedText() {}

    /** @param first stands before the text; its width is the indent of the lines that follow */
    public static void print(String first, String text, PrintWriter out) {
        StringBuilder line = new StringBuilder(first);
        for (String word : Wording.clean(text).split(" ", -1)) {
            if (line.length() + word.length() > WIDTH && line.length() > first.length()) {
                out.println(line.toString().stripTrailing());
                line = new StringBuilder(" ".repeat(first.length()));
            }
            line.append(word).append(' ');
        }
        out.println(line.toString().stripTrailing());
    }
}
