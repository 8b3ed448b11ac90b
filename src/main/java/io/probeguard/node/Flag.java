package io.probeguard.node;

import io.probeguard.catalogue.CatalogueEntry;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * That exec is, or may be, broken on a node.
 *
 * @param builds the catalogue entries it is about, the worst first; empty where an admin did not say which
 * @param since when that became known; null where the node does not tell
 * @param reason for a person: what was seen, and for a suspicion the command that would settle it
 */
public record Flag(
        Strength strength,
        Source source,
        List<CatalogueEntry> builds,
        @Nullable Instant since,
        String reason) {

    public enum Strength {
        CONFIRMED,
        /** Exec was seen to go wrong there; what is at fault is not known for sure. */
        OBSERVED,
        /** What the node reports fits a broken build and good ones alike. */
        SUSPECTED;

        /** As reports write it: {@code confirmed}. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Where a flag comes from, the strongest first. */
    public enum Source {
        LABEL,
        CONDITION,
        PACKAGES,
        NODE_INFO,
        SYMPTOMS;

        /** As reports write it: {@code node-info}. */
        public String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    public boolean isConfirmed() {
        return strength == Strength.CONFIRMED;
    }
}
