package io.probeguard.policy;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.probeguard.text.EnumNames;
import org.jspecify.annotations.Nullable;

/** What is done about pods whose exec probes cannot work as they should. */
public enum Mode {
    /** Nothing, and nothing is said. */
    OFF,
    /** Whoever applies the workload is warned. */
    WARN,
    /** The timing of the probes is relaxed at the pod's creation. */
    REWRITE,
    /** The pod is refused. */
    DENY;

    private final String word = EnumNames.word(this);

    /** @throws IllegalArgumentException if it is none */
    @JsonCreator
    public static Mode of(Object word) {
        return EnumNames.of(values(), word, "mode");
    }

    /** The mode of that word; null where it is none. */
    public static @Nullable Mode find(Object word) {
        for (Mode mode : values()) {
            if (mode.word.equals(word)) {
                return mode;
            }
        }
        return null;
    }

    @JsonValue
    public String word() {
        return word;
    }

    @Override
    public String toString() {
        return word();
    }
}
