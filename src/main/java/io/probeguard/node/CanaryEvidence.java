package io.probeguard.node;

import io.probeguard.catalogue.Effect;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the canary pod on a node shows of exec there.
 *
 * @param effect what exec does; null if it works
 * @param since when it was first seen so
 * @param reason what was seen, for a person
 * @param anyImage whether its image is one that fails wherever any does, so that it also clears builds which break exec for
 *     some images only
 */
public record CanaryEvidence(@Nullable Effect effect, Instant since, String reason, boolean anyImage) {
    /** Whether exec works. */
    public boolean works() {
        return effect == null;
    }
}
