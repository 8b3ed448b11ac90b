package io.probeguard.policy;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.probeguard.text.Choice;

/** What it is good for that exec was seen to go wrong on a node. */
public enum Symptoms {
    /** Nobody looks. */
    OFF,
    SHOW,
    /** Such a node acts like a flagged one. */
    ACT;

    /** @throws IllegalArgumentException if it is none */
    @JsonCreator
    static Symptoms of(Object word) {
        return Choice.of(values(), word, "use of symptoms");
    }

    @JsonValue
    @Override
    public String toString() {
        return Choice.word(this);
    }
}
