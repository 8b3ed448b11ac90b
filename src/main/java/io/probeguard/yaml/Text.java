package io.probeguard.yaml;

/**
 * A named text.
 *
 * @param name how its user knows it: a path as given, or {@code -} for standard input
 */
public record Text(String name, String content) {
    /** 1-based line of a character. */
    public int line(int offset) {
        int line = 1;
        for (int at = content.indexOf('\n'); at >= 0 && at < offset; at = content.indexOf('\n', at + 1)) {
            line++;
        }
        return line;
    }
}
