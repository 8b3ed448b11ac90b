package io.probeguard.text;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Words of a policy file that name one of an enum's constants, in lower case. */
public final class EnumNames {
    private EnumNames() {}

    public static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    /**
     * The constant of that word.
     *
     * @param noun what it would be, for the message
     * @throws IllegalArgumentException if it is none
     */
    public static <E extends Enum<E>> E of(E[] constants, Object word, String noun) {
        Object wanted = Boolean.FALSE.equals(word) ? "off" : word; // to YAML 1.1 an unquoted off is false
        for (E constant : constants) {
            if (word(constant).equals(wanted)) {
                return constant;
            }
        }
        throw new IllegalArgumentException("\"" + word + "\" is no " + noun + "; allowed: "
                + Arrays.stream(constants).map(EnumNames::word).collect(Collectors.joining(", ")));
    }
}
