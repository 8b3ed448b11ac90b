package io.probeguard.policy;

import io.probeguard.text.Keyword;
import java.util.Optional;

/** What is done about pods whose exec probes cannot work as they should. */
public enum Mode implements Keyword {
    /** Nothing, and nobody is warned. */
    OFF,
    /** Whoever applies the workload is warned. */
    WARN,
    /** The timing of the probes is relaxed when the pod is created. */
    REWRITE,
    /** The pod is refused. */
    DENY;

    /** @throws IllegalArgumentException if the word is not a mode; the message names those that are */
    public static Mode of(String word) {
        return find(word)
                .orElseThrow(() -> new IllegalArgumentException(
                        "\"" + word + "\" is not a mode; supported values: " + Keyword.words(Mode.class)));
    }

    /** The mode of that word, if it is one. */
    public static Optional<Mode> find(String word) {
        return Keyword.find(Mode.class, word);
    }

    @Override
    public String toString() {
        return word();
    }
}
