package io.probeguard.node;

import com.fasterxml.jackson.annotation.JsonValue;
import io.probeguard.runtime.CatalogueEntry;
import java.util.List;

/**
 * That exec is, or may be, broken on a node.
 *
 * @param builds the catalogue entries it is about, the worst first; empty where an admin did not say which
 * @param reason for a person: what was seen, and for a suspicion the command that would settle it
 */
public record Flag(Strength strength, Source source, List<CatalogueEntry> builds, String reason) {

    public enum Strength {
        CONFIRMED("confirmed"),
        /** What the node reports fits a broken build and good ones alike. */
        SUSPECTED("suspected");

        private final String word;

        Strength(String word) {
            this.word = word;
        }

        @JsonValue
        public String word() {
            return word;
        }
    }

    /** Where a flag comes from, the strongest first. */
    public enum Source {
        LABEL("label"),
        CONDITION("condition"),
        PACKAGES("packages"),
        NODE_INFO("nodeInfo");

        private final String word;

        Source(String word) {
            this.word = word;
        }

        @JsonValue
        public String word() {
            return word;
        }
    }

    public boolean isConfirmed() {
        return strength == Strength.CONFIRMED;
    }
}
