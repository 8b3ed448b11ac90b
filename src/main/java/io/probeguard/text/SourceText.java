package io.probeguard.text;

import java.util.Arrays;
import java.util.stream.IntStream;

/** A named text, such as a file, and where its lines begin. */
public final class SourceText {
    private final String name;
    private final String content;
    private final int[] lineFeeds;

    /** How many code points stand before each of those that are two characters. */
    private final int[] pairs;

    /** @param name how its user knows it: a path as given, or {@code -} for standard input */
    public SourceText(String name, String content) {
        this.name = name;
        this.content = content;
        this.lineFeeds = IntStream.range(0, content.length())
                .filter(at -> content.charAt(at) == '\n')
                .toArray();
        int[] starts = IntStream.range(0, content.length() - 1)
                .filter(at -> Character.isSurrogatePair(content.charAt(at), content.charAt(at + 1)))
                .toArray();
        this.pairs = IntStream.range(0, starts.length).map(i -> starts[i] - i).toArray();
    }

    public String name() {
        return name;
    }

    public String content() {
        return content;
    }

    /** 1-based line of a character. */
    public int line(int offset) {
        int at = Arrays.binarySearch(lineFeeds, offset);
        return (at < 0 ? -at - 1 : at) + 1;
    }

    /** The character that many code points after another one. */
    public int offset(int start, int codePoints) {
        int point = codePointsBefore(start) + codePoints;
        return point + pairsBefore(point);
    }

    /** @param offset of a character; the i-th pair begins i characters after as many code points */
    private int codePointsBefore(int offset) {
        int low = 0;
        int high = pairs.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (pairs[middle] + middle < offset) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return offset - low;
    }

    private int pairsBefore(int codePoint) {
        int at = Arrays.binarySearch(pairs, codePoint);
        return at < 0 ? -at - 1 : at;
    }
}
