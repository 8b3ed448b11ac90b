package io.probeguard.policy;

import io.probeguard.catalogue.CatalogueEntry.FailedExec;
import io.probeguard.kubelet.Consequence;
import io.probeguard.kubelet.ExecFault;
import io.probeguard.kubelet.ExecFault.Result;
import io.probeguard.kubelet.Kubelet;
import io.probeguard.node.Candidates;
import io.probeguard.node.Flag.Strength;
import io.probeguard.node.FlaggedNodes;
import io.probeguard.node.Fleet;
import io.probeguard.policy.Review.Note;
import io.probeguard.policy.Review.Reason;
import io.probeguard.probe.PodAnnotations;
import io.probeguard.probe.Timing;
import io.probeguard.probe.Workload;
import io.probeguard.probe.Workload.ExecHandler;
import io.probeguard.probe.WorkloadKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The judgement that all parts of this program share: they only turn its result into their own format. */
public final class Guard {
    private Guard() {}

    /**
     * Judges a workload: which of its exec probes and hooks flagged nodes affect, what happens to them there, and what the
     * policy does about it. A pure function; most workloads have neither, and then no node is looked at.
     */
    public static Review review(Workload workload, Fleet fleet, Policy policy) {
        List<ExecHandler> handlers = workload.execHandlers();
        if (handlers.isEmpty()) {
            return new Review(workload, List.of(), null, null);
        }
        Candidates candidates = fleet.candidates(workload);
        if (candidates.count() == 0) {
            return new Review(workload, List.of(), null, noCandidates(workload));
        }
        if (candidates.flagged().isEmpty()) {
            return new Review(workload, List.of(), null, null);
        }
        Note note = leftAlone(workload, policy);
        Steering steering = note == null ? Steering.of(workload, candidates, policy) : null;
        if (steering != null && steering.how() == SteeringMode.REQUIRE && candidates.withoutLabelled() != null) {
            candidates = candidates.withoutLabelled();
            if (candidates.flagged().isEmpty()) {
                return new Review(workload, List.of(), steering, null);
            }
        }
        Judgement judgement = new Judgement(
                workload,
                fleet.isAssumed() ? null : candidates,
                acting(candidates, policy),
                policy,
                Rewrites.read(workload.annotations()));
        List<Finding> findings = new ArrayList<>(handlers.size());
        for (ExecHandler exec : handlers) {
            findings.add(
                    judgement.acting.isEmpty()
                            ? judgement.finding(exec, candidates.flagged(), false)
                            : judgement.finding(exec, judgement.acting, note == null));
        }
        return new Review(workload, findings, steering, note);
    }

    private static FlaggedNodes acting(Candidates candidates, Policy policy) {
        return candidates.acting(policy.actsOn(Strength.OBSERVED), policy.actsOn(Strength.SUSPECTED));
    }

    private static Note noCandidates(Workload workload) {
        String node = workload.pod().nodeName();
        return new Note(
                Reason.NO_CANDIDATES,
                node == null || node.isEmpty() ? "no known node can run it" : "node \"" + node + "\" not found");
    }

    private static @Nullable Note leftAlone(Workload workload, Policy policy) {
        PodAnnotations annotations = workload.annotations();
        if (annotations.mirror() != null) {
            return new Note(Reason.MIRROR_POD, "static pod: its manifest is a file on the node");
        }
        if (policy.modeFor(workload.namespace()) == Mode.OFF) {
            return new Note(Reason.MODE_OFF, "mode off");
        }
        if (annotations.skip() != null && policy.skipAnnotation()) {
            return new Note(Reason.OPTED_OUT, annotations.skip());
        }
        return policy.exemption(workload)
                .map(exemption -> new Note(Reason.EXEMPT, exemption.reason()))
                .orElse(null);
    }

    private record Judgement(
            Workload workload, @Nullable Candidates candidates, FlaggedNodes acting, Policy policy, Rewrites rewrites) {

        Finding finding(ExecHandler exec, FlaggedNodes nodes, boolean act) {
            Timing present = exec.timing();
            Timing original = rewrites.original(exec);
            Timing before = original == null ? present : original;
            Relaxation relaxation = relaxation(exec, nodes, present, original);
            Decision decision = act ? decide(exec, relaxation != null) : Decision.NOTHING;
            return new Finding(
                    exec,
                    candidates,
                    nodes,
                    nodes.worst().effect(),
                    predict(exec, nodes, before),
                    decision.action,
                    decision.unmetThreshold,
                    before,
                    relaxation);
        }

        /**
         * @param present null for hooks
         * @param original the timing before a mutating review relaxed it; null where none did
         */
        private @Nullable Relaxation relaxation(
                ExecHandler exec, FlaggedNodes nodes, @Nullable Timing present, @Nullable Timing original) {
            if (present == null) {
                return null;
            }
            Timing before = original == null ? present : original;
            Timing relaxed = policy.rewriteUnhealable() || nodes.timingHelps()
                    ? policy.relaxed(exec.handler(), present, nodes.builds())
                    : null;
            if (relaxed != null) {
                return new Relaxation(before, relaxed, predict(exec, nodes, relaxed), false);
            }
            return original == null ? null : new Relaxation(before, present, predict(exec, nodes, present), true);
        }

        private Consequence predict(ExecHandler exec, FlaggedNodes nodes, @Nullable Timing timing) {
            return Kubelet.predict(workload.pod(), exec.container(), exec.handler(), timing, fault(nodes.worst()));
        }

        private Decision decide(ExecHandler exec, boolean canRelax) {
            // Each pod of a DaemonSet has one node: on a flagged one, all of its candidates are flagged.
            boolean onePodPerNode = workload.kind() == WorkloadKind.DAEMON_SET && !acting.isEmpty();
            int flagged = onePodPerNode ? 1 : acting.size();
            int count = onePodPerNode || candidates == null ? flagged : candidates.count();
            Action wanted = wanted(exec, canRelax);
            Threshold threshold = policy.when().of(wanted);
            if (threshold.isMet(flagged, count)) {
                return new Decision(wanted, null);
            }
            return new Decision(
                    policy.when().warn().isMet(flagged, count) ? Action.WARN : Action.NONE,
                    new UnmetThreshold(wanted, threshold, flagged, count));
        }

        /** What the mode does where enough nodes are flagged. */
        private Action wanted(ExecHandler exec, boolean canRelax) {
            return switch (policy.modeFor(workload.namespace())) {
                case DENY -> exec.handler().isProbe() || policy.denyHooks() ? Action.DENY : Action.WARN;
                case REWRITE -> canRelax ? Action.REWRITE : Action.WARN;
                case WARN, OFF -> Action.WARN;
            };
        }
    }

    private record Decision(Action action, @Nullable UnmetThreshold unmetThreshold) {
        static final Decision NOTHING = new Decision(Action.NONE, null);
    }

    /** How exec fails on a node; null where that is unknown. */
    private static @Nullable ExecFault fault(FlaggedNodes.Node node) {
        FailedExec ofBuild = node.flag().builds().isEmpty()
                ? null
                : node.flag().builds().get(0).failedExec();
        FailedExec failed = Objects.requireNonNullElse(ofBuild, node.semantics().failed());
        Result failure = failed == FailedExec.COUNTED ? Result.FAILURE : Result.ERROR;
        return switch (node.effect()) {
            case ALWAYS_FAILS -> new ExecFault(failure, true);
            case ALWAYS_HANGS -> new ExecFault(timeout(node), true);
            case SOMETIMES_FAILS -> new ExecFault(failure, false);
            case HANGS, SLOW, LEAKS -> new ExecFault(timeout(node), false);
            case IGNORES_TIMEOUT -> new ExecFault(Result.NEVER_RETURNS, false);
            case UNKNOWN -> null;
        };
    }

    private static Result timeout(FlaggedNodes.Node node) {
        return switch (node.semantics().timedOut()) {
            case COUNTED -> Result.TIMEOUT;
            case DISCARDED -> Result.TIMEOUT_DISCARDED;
            case IGNORED -> Result.NEVER_RETURNS;
        };
    }
}
