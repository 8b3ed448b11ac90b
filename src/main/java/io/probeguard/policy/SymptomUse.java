package io.probeguard.policy;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.probeguard.text.EnumNames;

/** What it is good for that exec was seen to go wrong on a node. */
public enum SymptomUse {
    /** Nobody looks. */
    OFF,
    SHOW,
    /** Such a node acts like a flagged one. */
    ACT;

    /** @throws IllegalArgumentException if it is none */
    @JsonCreator
    static SymptomUse of(Object word) {
        return EnumNames.of(values(), word, "use of symptoms");
    }

    @JsonValue
    @Override
    public String toString() {
        return EnumNames.word(this);
    }
}
