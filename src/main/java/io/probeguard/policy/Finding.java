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
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One exec probe or hook that flagged nodes affect.
 *
 * @param candidates the nodes that could run it; null where builds are assumed and there are no nodes
 * @param nodes the flagged ones that the finding is about
 * @param effect of the worst build on them
 * @param consequence with the timing as it was written
 * @param action what becomes of the pod because of it
 * @param unmetThreshold why less becomes of it than the mode says; null where nothing less does
 * @param before the timing as its author wrote it; null for hooks
 * @param relaxation what relaxing makes of it, whether or not the pod gets that; null for hooks, and where it changes
 *     nothing
 */
public record Finding(
        ExecHandler exec,
        @Nullable Candidates candidates,
        FlaggedNodes nodes,
        Effect effect,
        Consequence consequence,
        Action action,
        @Nullable UnmetThreshold unmetThreshold,
        @Nullable Timing before,
        @Nullable Relaxation relaxation) {

    /** The same with another, equal object for each of its consequences. */
    public Finding withConsequences(UnaryOperator<Consequence> equal) {
        return new Finding(
                exec,
                candidates,
                nodes,
                effect,
                equal.apply(consequence),
                action,
                unmetThreshold,
                before,
                relaxation == null
                        ? null
                        : new Relaxation(
                                relaxation.before(),
                                relaxation.after(),
                                equal.apply(relaxation.consequence()),
                                relaxation.applied()));
    }

    public Handler handler() {
        return exec.handler();
    }

    public String container() {
        return exec.containerName();
    }

    /** What the nodes are flagged for, the worst first; empty where unknown. */
    public List<CatalogueEntry> builds() {
        return nodes.builds();
    }

    /** The relaxed timing, whether or not the pod gets it; null where there is none. */
    public @Nullable Timing relaxed() {
        return relaxation == null ? null : relaxation.after();
    }

    /** The consequence with the relaxed timing, whether or not the pod gets it; null where there is none. */
    public @Nullable Consequence afterRelaxing() {
        return relaxation == null ? null : relaxation.consequence();
    }

    /** Whether the pod has the relaxed timing already, because a mutating review set it. */
    public boolean rewritten() {
        return relaxation != null && relaxation.applied();
    }

    /** The relaxation that the pod gets, or has; null where it keeps its timing. */
    public @Nullable Relaxation rewrite() {
        return action == Action.REWRITE ? relaxation : null;
    }

    /** The timing that rewriting gives the pod, or gave it; null where it keeps its own. */
    public @Nullable Timing after() {
        return action == Action.REWRITE ? relaxed() : null;
    }

    /** For a person: at most 256 characters, without control characters. */
    public String message() {
        return Messages.message(this);
    }
}
