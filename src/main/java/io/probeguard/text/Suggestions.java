package io.probeguard.text;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Which names may have been meant by a misspelt one: those that begin with what was typed, and those that are similar by
 * the Sørensen-Dice coefficient of their pairs of letters, ignoring case.
 */
public final class Suggestions {
    private static final double MIN_SIMILARITY = 0.5;
    private static final int MAX_COUNT = 3;

    /** In characters; whoever typed more has not misspelt a name. */
    private static final int MAX_LENGTH = 100;

    private Suggestions() {}

    /** The most similar names, at most three, the most similar first. */
    public static List<String> to(String typed, Collection<String> names) {
        return (typed.length() > MAX_LENGTH ? Stream.<String>empty() : names.stream())
                .filter(name -> similarity(typed, name) >= MIN_SIMILARITY || name.startsWith(typed))
                .sorted(Comparator.comparingDouble((String name) -> -similarity(typed, name)))
                .limit(MAX_COUNT)
                .toList();
    }

    private static double similarity(String first, String second) {
        Set<String> pairs = pairs(first);
        Set<String> others = pairs(second);
        double sum = pairs.size() + others.size();
        pairs.retainAll(others);
        return sum == 0 ? 0 : 2 * pairs.size() / sum;
    }

    private static Set<String> pairs(String text) {
        String name = text.toLowerCase(Locale.ROOT);
        Set<String> pairs = new HashSet<>();
        for (int i = 0; i + 2 <= name.length(); i++) {
            pairs.add(name.substring(i, i + 2));
        }
        return pairs;
    }
}
