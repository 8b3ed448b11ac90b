package io.probeguard.text;

import java.util.List;
import java.util.stream.Collectors;

/** How texts for people are put together: printable characters, counted nouns, lists and texts of bounded length. */
public final class Wording {
    private Wording() {}

    /** A text without what a terminal, an HTTP header or XML cannot take: control characters and noncharacters become "?". */
    public static String clean(String text) {
        StringBuilder clean = new StringBuilder(text.length());
        text.codePoints().map(c -> isPrintable(c) ? c : '?').forEach(clean::appendCodePoint);
        return clean.toString();
    }

    private static boolean isPrintable(int c) {
        return !Character.isISOControl(c) && Character.getType(c) != Character.SURROGATE && (c & 0xFFFE) != 0xFFFE;
    }

    /** {@code 1 pod}, {@code 2 pods}. */
    public static String count(int count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }

    /** {@code a, b, c and 2 more}: the first items of a list, and how many more there are. */
    public static String list(List<String> items, int max) {
        return list(items, max, ", ");
    }

    /** The same with another separator than a comma and a space. */
    public static String list(List<String> items, int max, String separator) {
        String first = items.stream().limit(max).collect(Collectors.joining(separator));
        int more = items.size() - max;
        return more > 0 ? first + " and " + more + " more" : first;
    }

    /** The text itself, or its beginning and "..." where it has more code points than {@code max}. */
    public static String truncate(String text, int max) {
        return text.codePointCount(0, text.length()) <= max
                ? text
                : text.substring(0, text.offsetByCodePoints(0, max - 3)) + "...";
    }
}
