package io.probeguard.policy;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

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

    private final String word = name().toLowerCase(Locale.ROOT);

    /** @throws IllegalArgumentException if it is none */
    @JsonCreator
    public static Mode of(Object word) {
        if (Boolean.FALSE.equals(word)) {
            return OFF; // to YAML 1.1 an unquoted off is false
        }
        for (Mode mode : values()) {
            if (mode.word.equals(word)) {
                return mode;
            }
        }
        throw new IllegalArgumentException("\"" + word + "\" is no mode; allowed: off, warn, rewrite, deny");
    }

    /** Whether a label's value is one of the words. */
    public static boolean isMode(String word) {
        for (Mode mode : values()) {
            if (mode.word.equals(word)) {
                return true;
            }
        }
        return false;
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
