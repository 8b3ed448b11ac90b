package io.probeguard.policy;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.probeguard.text.EnumNames;

/** Whether mode rewrite also leads pods away from nodes on which exec always fails or hangs, which no timing can heal. */
public enum SteeringMode {
    OFF,
    /** The scheduler is asked to take other nodes where it can. */
    PREFER,
    /** It must take other nodes. */
    REQUIRE;

    /** @throws IllegalArgumentException if it is none */
    @JsonCreator
    static SteeringMode of(Object word) {
        return EnumNames.of(values(), word, "way to steer");
    }

    @JsonValue
    @Override
    public String toString() {
        return EnumNames.word(this);
    }
}
