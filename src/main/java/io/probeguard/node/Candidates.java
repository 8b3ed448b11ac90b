package io.probeguard.node;

import io.probeguard.node.Flag.Strength;
import io.probeguard.node.FlaggedNodes.Node;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The nodes that a pod could run on.
 *
 * @param count how many there are; 0 for a node that is not known, or a pool that is scaled to zero
 * @param confirmed the flagged ones among them whose flag is sure
 * @param observed those on which exec was observed to fail
 * @param suspected those whose flag is a suspicion
 * @param flagged all of these
 * @param unfixable the confirmed ones on which exec always fails or hangs, so that longer timing does not fix it
 * @param acting remembers what {@link #acting(Trust)} returned; a server has one policy, and its namespaces the same trust
 * @param withoutLabelled what is left without the unfixable ones that have the label by which the scheduler keeps pods
 *     off them; null where there are none
 */
public record Candidates(
        int count,
        FlaggedNodes confirmed,
        FlaggedNodes observed,
        FlaggedNodes suspected,
        FlaggedNodes flagged,
        FlaggedNodes unfixable,
        Map<Trust, FlaggedNodes> acting,
        @Nullable Candidates withoutLabelled) {

    /** Those that are treated as broken. */
    public FlaggedNodes acting(Trust trust) {
        return acting.computeIfAbsent(
                trust,
                absent -> FlaggedNodes.of(
                        flagged.nodes().stream().filter(trust::acts).toList()));
    }

    static Candidates of(int count, List<Node> flagged) {
        List<Node> unfixable = flagged.stream().filter(Candidates::isUnfixable).toList();
        Predicate<Node> avoided = node -> node.labelled() && isUnfixable(node);
        long avoidedCount = flagged.stream().filter(avoided).count();
        return new Candidates(
                count,
                of(flagged, EnumSet.of(Strength.CONFIRMED)),
                of(flagged, EnumSet.of(Strength.OBSERVED)),
                of(flagged, EnumSet.of(Strength.SUSPECTED)),
                FlaggedNodes.of(flagged),
                FlaggedNodes.of(unfixable),
                new ConcurrentHashMap<>(),
                avoidedCount == 0
                        ? null
                        : of(
                                count - (int) avoidedCount,
                                flagged.stream().filter(avoided.negate()).toList()));
    }

    private static boolean isUnfixable(Node node) {
        return node.flag().isConfirmed() && node.effect().isTotal();
    }

    private static FlaggedNodes of(List<Node> nodes, Set<Strength> strengths) {
        return FlaggedNodes.of(nodes.stream()
                .filter(node -> strengths.contains(node.flag().strength()))
                .toList());
    }
}
