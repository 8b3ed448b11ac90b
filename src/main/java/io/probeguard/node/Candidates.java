package io.probeguard.node;

import io.probeguard.node.FlaggedNodes.Node;
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

    static Candidates of(int count, List<Node> flagged) {
        List<Node> confirmed = new ArrayList<>();
        List<Node> suspected = new ArrayList<>();
        for (Node node : flagged) {
            (node.flag().isConfirmed() ? confirmed : suspected).add(node);
        }
        return new Candidates(count, FlaggedNodes.of(confirmed), FlaggedNodes.of(suspected), FlaggedNodes.of(flagged));
    }
}
