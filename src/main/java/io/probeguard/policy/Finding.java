package io.probeguard.policy;

import io.probeguard.catalogue.CatalogueEntry;
import io.probeguard.catalogue.Effect;
import io.probeguard.kubelet.Consequence;
import io.probeguard.kubelet.PodTimeline;
import io.probeguard.kubelet.Prediction;
import io.probeguard.kubelet.Situation;
import io.probeguard.node.Candidates;
import io.probeguard.node.FlaggedNodes;
import io.probeguard.probe.Handler;
import io.probeguard.probe.NativeProbe;
import io.probeguard.probe.Probe;
import io.probeguard.probe.Timing;
import io.probeguard.probe.Workload.ExecHandler;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One exec probe or hook that flagged nodes affect.
 *
 * @param candidates the nodes that could run it; null where builds are assumed and there are no nodes
 * @param nodes the flagged ones that the finding is about
 * @param effect of the worst build on them
 * @param situation the pod as it was written on the worst of the nodes; null where it is not known how exec fails there
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
        @Nullable Situation situation,
        Action action,
        @Nullable UnmetThreshold unmetThreshold,
        @Nullable Timing before,
        @Nullable Relaxation relaxation) {

    /** What it does to its pod there, as its author wrote it. */
    public Consequence consequence() {
        return consequence(situation);
    }

    private Consequence consequence(@Nullable Situation in) {
        return in == null ? Consequence.UNKNOWN : Prediction.of(in).of(exec.container(), exec.handler());
    }

    /** All that happens to its pod there, as its author wrote it; null where that is not known. */
    public @Nullable PodTimeline timeline() {
        return situation == null ? null : Prediction.of(situation).timeline();
    }

    /** The same with the relaxed timing; null where there is none. */
    public @Nullable PodTimeline relaxedTimeline() {
        return relaxation == null || relaxation.situation() == null
                ? null
                : Prediction.of(relaxation.situation()).timeline();
    }

    /** That in a few words, for a warning. */
    public String summary() {
        return ConsequenceText.summary(handler(), consequence());
    }

    /** The whole of it, for a report. */
    public String sentence() {
        return situation != null && consequence().equals(Consequence.UNKNOWN)
                ? "not predicted: the pod has too many containers or probes"
                : ConsequenceText.sentence(handler(), consequence());
    }

    /** The native probe that checks the same, which is the cure on any build; null where none is known, and for hooks. */
    public @Nullable NativeProbe nativeProbe() {
        Probe probe = exec.container().probe(handler());
        return probe == null ? null : probe.withoutExec().orElse(null);
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
        return relaxation == null ? null : consequence(relaxation.situation());
    }

    /** The same in a few words; null where there is none, and where it is as before. */
    public @Nullable String relaxedSummary() {
        Consequence after = afterRelaxing();
        String summary = after == null ? null : ConsequenceText.summary(handler(), after);
        return summary == null || summary.equals(summary()) ? null : summary;
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
