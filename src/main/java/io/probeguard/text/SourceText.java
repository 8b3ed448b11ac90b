package io.probeguard.text;

import java.util.Arrays;
import java.util.stream.IntStream;

/** A named text, such as a file, and where its lines begin. */
public final class SourceText {
    private final String name;
    private final String content;
    private final int[] lineFeeds;
    private final boolean basicPlane;

    /** @param name how its user knows it: a path as given, or {@code -} for standard input */
    public SourceText(String name, String content) {
        this.name = name;
        this.content = content;
        this.lineFeeds = IntStream.range(0, content.length())
                .filter(at -> content.charAt(at) == '\n')
                .toArray();
        this.basicPlane = content.chars().noneMatch(c -> Character.isSurrogate((char) c));
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
        return basicPlane ? start + codePoints : content.offsetByCodePoints(start, codePoints);
    }
}
