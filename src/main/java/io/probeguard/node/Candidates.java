package io.probeguard.node;

import io.probeguard.node.FlaggedNodes.Node;
import io.probeguard.runtime.Effect;
import java.util.ArrayList;
import java.util.List;

/**
 * The nodes that a pod could run on.
 *
 * @param count how many there are; none for a node that nobody knows or a pool that is scaled to zero
 * @param confirmed the flagged ones among them whose flag is sure
 * @param suspected those whose flag is a suspicion
 * @param flagged both
 */
public record Candidates(int count, FlaggedNodes confirmed, FlaggedNodes suspected, FlaggedNodes flagged) {

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
        List<Node> confirmed = new ArrayList<>();
        List<Node> suspected = new ArrayList<>();
        for (Node node : flagged) {
            (node.flag().isConfirmed() ? confirmed : suspected).add(node);
        }
        return new Candidates(count, FlaggedNodes.of(confirmed), FlaggedNodes.of(suspected), FlaggedNodes.of(flagged));
    }
}
