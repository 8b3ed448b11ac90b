package io.probeguard.node;

import io.probeguard.node.Flag.Strength;
import io.probeguard.node.FlaggedNodes.Node;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The nodes that a pod could run on.
 *
 * @param count how many there are; none for a node that nobody knows or a pool that is scaled to zero
 * @param confirmed the flagged ones among them whose flag is sure
 * @param observed those on which exec was seen to go wrong
 * @param suspected those whose flag is a suspicion
 * @param flagged all of these
 * @param unhealable the ones among the confirmed on which exec always fails or hangs, so that no timing helps
 * @param withoutLabelled what is left without the unhealable ones that say so by their label, as the scheduler would leave
 *     them out; null where there are none
 */
public record Candidates(
        int count,
        FlaggedNodes confirmed,
        FlaggedNodes observed,
        FlaggedNodes suspected,
        FlaggedNodes flagged,
        FlaggedNodes unhealable,
        @Nullable Candidates withoutLabelled) {

    /** Those that something is done about: the confirmed ones, and the others where these act too. */
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

    static Candidates of(int count, List<Node> flagged) {
        List<Node> unhealable =
                flagged.stream().filter(Candidates::isUnhealable).toList();
        Predicate<Node> avoided = node -> node.labelled() && isUnhealable(node);
        long away = flagged.stream().filter(avoided).count();
        return new Candidates(
                count,
                of(flagged, EnumSet.of(Strength.CONFIRMED)),
                of(flagged, EnumSet.of(Strength.OBSERVED)),
                of(flagged, EnumSet.of(Strength.SUSPECTED)),
                FlaggedNodes.of(flagged),
                FlaggedNodes.of(unhealable),
                away == 0
                        ? null
                        : of(
                                count - (int) away,
                                flagged.stream().filter(avoided.negate()).toList()));
    }

    private static boolean isUnhealable(Node node) {
        return node.flag().isConfirmed() && node.effect().isTotal();
    }

    private static FlaggedNodes of(List<Node> nodes, Set<Strength> strengths) {
        return FlaggedNodes.of(nodes.stream()
                .filter(node -> strengths.contains(node.flag().strength()))
                .toList());
    }
}
