package io.probeguard.node;

import io.probeguard.node.Flag.Source;
import io.probeguard.node.Flag.Strength;
import java.util.Set;

/**
 * Which evidence may touch pods; what else is known of a node is only shown.
 *
 * @param sources that may
 * @param suspicions whether their mere suspicions may
 */
public record Trust(Set<Source> sources, boolean suspicions) {
    /** Whether a node is treated as broken: whichever source decided, one that is trusted says so. */
    public boolean acts(FlaggedNodes.Node node) {
        for (Statement statement : node.statements()) {
            boolean sure = statement.strength() != null && (suspicions || statement.strength() != Strength.SUSPECTED);
            if (sure && sources.contains(statement.source())) {
                return true;
            }
        }
        return false;
    }
}
