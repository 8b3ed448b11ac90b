package io.probeguard.node;

import io.probeguard.catalogue.CatalogueEntry;
import io.probeguard.catalogue.CatalogueEntry.Breaks;
import io.probeguard.catalogue.Effect;
import io.probeguard.text.Keyword;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * That exec is, or may be, broken on a node.
 *
 * @param builds the catalogue entries it is about, the worst first; empty where unknown
 * @param effect what the worst of them does to exec, or where none is known, what was observed
 * @param since when that became known; null where the node does not report it
 * @param reason for a person: what was found, and for a suspicion the command that settles it
 */
public record Flag(
        Strength strength,
        Source source,
        List<CatalogueEntry> builds,
        Effect effect,
        @Nullable Instant since,
        String reason) {

    public enum Strength implements Keyword {
        CONFIRMED,
        /** Exec was observed to fail there; which build is at fault is not certain. */
        OBSERVED,
        /** What the node reports matches a broken build and good ones alike. */
        SUSPECTED
    }

    /** Where a flag comes from. */
    public enum Source implements Keyword {
        LABEL,
        CONDITION,
        CANARY,
        PACKAGES,
        NODE_INFO,
        PROMETHEUS,
        SYMPTOMS
    }

    /** A flag with the effect of its worst build; unknown where it is about none. */
    static Flag ofBuilds(
            Strength strength, Source source, List<CatalogueEntry> builds, @Nullable Instant since, String reason) {
        Effect effect = builds.isEmpty() ? Effect.UNKNOWN : builds.get(0).effect();
        return new Flag(strength, source, builds, effect, since, reason);
    }

    /** Where its worst build breaks exec; where none is known, before the command starts, as Events of failed execs show. */
    public Breaks breaks() {
        return builds.isEmpty() ? Breaks.BEFORE_START : builds.get(0).breaks();
    }

    public boolean isConfirmed() {
        return strength == Strength.CONFIRMED;
    }
}
