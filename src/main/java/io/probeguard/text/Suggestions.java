package io.probeguard.text;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Which names somebody may have meant: those that begin with what was typed, and the near ones by the Sørensen-Dice
 * coefficient of their pairs of letters, capital or not.
 */
public final class Suggestions {
    private static final double LEAST = 0.5;
    private static final int MOST = 3;

    private Suggestions() {}

    /** The nearest names, at most three, the nearest first; none where none is near. */
    public static List<String> to(String typed, Collection<String> names) {
        return names.stream()
                .filter(name -> similarity(typed, name) >= LEAST || name.startsWith(typed))
                .sorted(Comparator.comparingDouble((String name) -> -similarity(typed, name)))
                .limit(MOST)
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
