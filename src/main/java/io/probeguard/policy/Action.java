package io.probeguard.policy;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What becomes of a pod because of one finding, the mildest first. For a template: of the pods made from it. */
public enum Action {
    NONE,
    WARN,
    REWRITE,
    DENY;

    @JsonValue
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return word();
    }
}
