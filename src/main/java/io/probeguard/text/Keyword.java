package io.probeguard.text;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** A constant of an enum that policies, catalogues, labels and reports write as a word. */
public interface Keyword {
    /** As {@link Enum#name()}. */
    String name();

    /** As it is written: the constant's name in lower case and with hyphens, {@code always-fails}. */
    @JsonValue
    default String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The constant of an enum that is written as this word. */
    static <E extends Enum<E> & Keyword> Optional<E> find(Class<E> type, String word) {
        return Arrays.stream(type.getEnumConstants())
                .filter(constant -> constant.word().equals(word))
                .findFirst();
    }

    /** All words of an enum for a message, in the order of its constants: {@code off, warn, rewrite, deny}. */
    static String words(Class<?> type) {
        return Arrays.stream(type.getEnumConstants())
                .map(constant -> constant instanceof Keyword keyword ? keyword.word() : constant.toString())
                .collect(Collectors.joining(", "));
    }
}
