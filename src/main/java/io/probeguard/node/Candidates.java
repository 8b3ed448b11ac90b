package io.probeguard.node;

import io.probeguard.node.Flag.Strength;
import io.probeguard.node.FlaggedNodes.Node;
import io.probeguard.runtime.Effect;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * The nodes that a pod could run on.
 *
 * @param count how many there are; none for a node that nobody knows or a pool that is scaled to zero
 * @param confirmed the flagged ones among them whose flag is sure
 * @param observed those on which exec was seen to go wrong
 * @param suspected those whose flag is a suspicion
 * @param flagged all of these
 */
public record Candidates(
        int count, FlaggedNodes confirmed, FlaggedNodes observed, FlaggedNodes suspected, FlaggedNodes flagged) {

    /** Those that something is done about, besides the confirmed ones. */
    public FlaggedNodes acting(boolean observedAct, boolean suspectedAct) {
        if (observedAct && suspectedAct) {
            return flagged;
        }
        if (observedAct && !observed.isEmpty()) {
            return of(flagged.nodes(), EnumSet.of(Strength.CONFIRMED, Strength.OBSERVED));
        }
        if (suspectedAct && !suspected.isEmpty()) {
            return of(flagged.nodes(), EnumSet.of(Strength.CONFIRMED, Strength.SUSPECTED));
        }
        return confirmed;
    }

    /** The ones among the confirmed on which exec always fails, so that no timing helps. */
    public FlaggedNodes unhealable() {
        return FlaggedNodes.of(confirmed.nodes().stream()
                .filter(node -> node.effect() == Effect.ALWAYS_FAILS)
                .toList());
    }

    /** Those that are left when some flagged ones are out of the question. */
    public Candidates without(FlaggedNodes away) {
        List<Node> left = new ArrayList<>(flagged.nodes());
        left.removeAll(away.nodes());
        return of(count - away.size(), left);
    }

    static Candidates of(int count, List<Node> flagged) {
        return new Candidates(
                count,
                of(flagged, EnumSet.of(Strength.CONFIRMED)),
                of(flagged, EnumSet.of(Strength.OBSERVED)),
                of(flagged, EnumSet.of(Strength.SUSPECTED)),
                FlaggedNodes.of(flagged));
    }

    private static FlaggedNodes of(List<Node> nodes, Set<Strength> strengths) {
        return FlaggedNodes.of(nodes.stream()
                .filter(node -> strengths.contains(node.flag().strength()))
                .toList());
    }
}
