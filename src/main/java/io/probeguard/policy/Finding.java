package io.probeguard.policy;

import io.probeguard.catalogue.CatalogueEntry;
import io.probeguard.catalogue.Effect;
import io.probeguard.kubelet.Consequence;
import io.probeguard.node.Candidates;
import io.probeguard.node.FlaggedNodes;
import io.probeguard.probe.Handler;
import io.probeguard.probe.Timing;
import io.probeguard.probe.Workload.ExecHandler;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One exec probe or hook that meets a flagged node.
 *
 * @param candidates the nodes that could run it; null where builds are assumed and there are no nodes
 * @param nodes the flagged ones that the finding is about
 * @param effect of the worst build on them
 * @param consequence with the timing as it was written
 * @param afterwards the consequence with the relaxed timing, whether or not the pod gets it; null where there is none
 * @param action what becomes of the pod because of it
 * @param unmetThreshold why less becomes of it than the mode says; null where nothing less does
 * @param before the timing as its author wrote it; null for hooks
 * @param relaxed what relaxing makes, or made, of it; null for hooks, and where relaxing changes nothing
 * @param rewritten whether the pod has the relaxed numbers already, because a mutating review gave it them
 */
public record Finding(
        ExecHandler exec,
        @Nullable Candidates candidates,
        FlaggedNodes nodes,
        Effect effect,
        Consequence consequence,
        @Nullable Consequence afterwards,
        Action action,
        @Nullable UnmetThreshold unmetThreshold,
        @Nullable Timing before,
        @Nullable Timing relaxed,
        boolean rewritten) {

    /** The same with equal consequences, as other objects. */
    public Finding with(Consequence sameConsequence, @Nullable Consequence sameAfterwards) {
        return new Finding(
                exec,
                candidates,
                nodes,
                effect,
                sameConsequence,
                sameAfterwards,
                action,
                unmetThreshold,
                before,
                relaxed,
                rewritten);
    }

    public Handler handler() {
        return exec.handler();
    }

    public String container() {
        return exec.containerName();
    }

    /** What the nodes are flagged for, the worst first; empty where an admin did not say. */
    public List<CatalogueEntry> builds() {
        return nodes.builds();
    }

    /** The timing after rewriting; null unless the pod is, or was, rewritten. */
    public @Nullable Timing after() {
        return action == Action.REWRITE ? relaxed : null;
    }

    /** What a person reads: at most 256 characters, none of them a control character. */
    public String message() {
        return Messages.message(this);
    }
}
