package io.probeguard.policy;

import io.probeguard.catalogue.CatalogueEntry;
import io.probeguard.catalogue.CatalogueEntry.Breaks;
import io.probeguard.kubelet.ExecFault;
import io.probeguard.kubelet.Situation;
import io.probeguard.node.Candidates;
import io.probeguard.node.Flag;
import io.probeguard.node.FlaggedNodes;
import io.probeguard.node.Fleet;
import io.probeguard.policy.Review.Note;
import io.probeguard.policy.Review.Reason;
import io.probeguard.probe.Container;
import io.probeguard.probe.PodAnnotations;
import io.probeguard.probe.Timing;
import io.probeguard.probe.Workload;
import io.probeguard.probe.Workload.ExecHandler;
import io.probeguard.probe.WorkloadKind;
import io.probeguard.text.Wording;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The judgement that all parts of this program share: they only turn its result into their own format. */
public final class Guard {
    /** Far more than a node can run, so that nobody's made-up pod takes long to judge. */
    static final int MAX_HANDLERS = 500;

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
        Note other = otherRuntime(workload, fleet);
        if (other != null) {
            return new Review(workload, List.of(), null, other);
        }
        Candidates candidates = fleet.candidates(workload);
        if (candidates.count() == 0) {
            return new Review(workload, List.of(), null, noCandidates(workload));
        }
        if (candidates.flagged().isEmpty()) {
            return new Review(workload, List.of(), null, null);
        }
        if (handlers.size() > MAX_HANDLERS) {
            return new Review(workload, List.of(), null, tooMany(handlers.size()));
        }
        Note note = leftAlone(workload, policy);
        Steering steering = note == null ? Steering.of(workload, candidates, policy) : null;
        if (steering != null && steering.how() == SteeringMode.REQUIRE && candidates.withoutLabelled() != null) {
            candidates = candidates.withoutLabelled();
            if (candidates.flagged().isEmpty()) {
                return new Review(workload, List.of(), steering, null);
            }
        }
        FlaggedNodes acting = acting(candidates, policy);
        Judgement judgement = new Judgement(
                workload,
                handlers,
                fleet.isAssumed() ? null : candidates,
                acting.isEmpty() ? candidates.flagged() : acting,
                note == null && !acting.isEmpty(),
                policy,
                Rewrites.read(workload.annotations()));
        return new Review(workload, judgement.findings(), steering, note == null ? onlyWarned(workload, policy) : note);
    }

    private static @Nullable Note onlyWarned(Workload workload, Policy policy) {
        return policy.isSystem(workload.namespace())
                ? new Note(Reason.EXEMPT, "nothing in namespace " + workload.namespace() + " is rewritten or refused")
                : null;
    }

    private static FlaggedNodes acting(Candidates candidates, Policy policy) {
        return candidates.acting(policy.trust());
    }

    private static Note noCandidates(Workload workload) {
        String node = workload.pod().nodeName();
        return new Note(
                Reason.NO_CANDIDATES,
                node == null || node.isEmpty() ? "no known node can run it" : "node \"" + node + "\" not found");
    }

    private static Note tooMany(int handlers) {
        return new Note(
                Reason.TOO_MANY_HANDLERS,
                handlers + " exec probes and hooks, and no more than " + MAX_HANDLERS + " of a pod are judged");
    }

    private static @Nullable Note otherRuntime(Workload workload, Fleet fleet) {
        if (workload.pod().isWindows()) {
            return new Note(Reason.OTHER_RUNTIME, "os.name is windows: its containers do not run in runc");
        }
        String runtimeClass = workload.pod().runtimeClassName();
        String handler = fleet.otherRuntime(runtimeClass);
        return handler == null
                ? null
                : new Note(
                        Reason.OTHER_RUNTIME,
                        "runtimeClassName " + Wording.clean(String.valueOf(runtimeClass)) + ": its containers run in "
                                + Wording.clean(handler) + ", not in runc");
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

    /** @param acts whether the policy does anything about these nodes */
    private record Judgement(
            Workload workload,
            List<ExecHandler> handlers,
            @Nullable Candidates candidates,
            FlaggedNodes nodes,
            boolean acts,
            Policy policy,
            Rewrites rewrites) {

        List<Finding> findings() {
            Map<ExecHandler, Timing> written = new LinkedHashMap<>();
            Map<ExecHandler, Timing> relaxed = new LinkedHashMap<>();
            for (ExecHandler exec : handlers) {
                Timing present = exec.timing();
                if (present != null) {
                    Timing original = rewrites.original(exec);
                    Timing after = relaxed(exec, present);
                    written.put(exec, original == null ? present : original);
                    if (after != null || original != null) {
                        relaxed.put(exec, after == null ? present : after);
                    }
                }
            }
            ExecFault fault = fault(nodes.worst().flag());
            Situation asWritten = situation(written, fault);
            Situation asRelaxed = relaxed.isEmpty() ? null : situation(relaxed, fault);
            List<Finding> findings = new ArrayList<>(handlers.size());
            for (ExecHandler exec : handlers) {
                Timing before = written.get(exec);
                Timing after = relaxed.get(exec);
                Relaxation relaxation = before == null || after == null
                        ? null
                        : new Relaxation(before, after, asRelaxed, after.equals(exec.timing()));
                Decision decision = acts ? decide(exec, relaxation != null) : Decision.NOTHING;
                findings.add(new Finding(
                        exec,
                        candidates,
                        nodes,
                        nodes.worst().effect(),
                        asWritten,
                        decision.action,
                        decision.unmetThreshold,
                        before,
                        relaxation));
            }
            return findings;
        }

        /** Null where relaxing would change nothing, or not help. */
        private @Nullable Timing relaxed(ExecHandler exec, Timing present) {
            return policy.rewriteUnhealable() || nodes.timingHelps()
                    ? policy.relaxed(exec.handler(), present, nodes.builds())
                    : null;
        }

        private @Nullable Situation situation(Map<ExecHandler, Timing> timings, @Nullable ExecFault fault) {
            if (fault == null) {
                return null;
            }
            Map<Container, List<Map.Entry<ExecHandler, Timing>>> byContainer = timings.entrySet().stream()
                    .collect(Collectors.groupingBy(each -> each.getKey().container()));
            UnaryOperator<Container> timed = container -> {
                Container retimed = container;
                for (Map.Entry<ExecHandler, Timing> each : byContainer.getOrDefault(container, List.of())) {
                    retimed = retimed.with(each.getKey().handler(), each.getValue());
                }
                return retimed;
            };
            return new Situation(
                    workload.pod()
                            .with(
                                    mapped(workload.pod().containers(), timed),
                                    mapped(workload.pod().initContainers(), timed)),
                    workload.job(),
                    nodes.worst().software(),
                    fault);
        }

        private static List<Container> mapped(List<Container> containers, UnaryOperator<Container> change) {
            List<Container> mapped = new ArrayList<>(containers); // nulls keep the others in their places
            mapped.replaceAll(container -> container == null ? null : change.apply(container));
            return mapped;
        }

        private Decision decide(ExecHandler exec, boolean canRelax) {
            // Each pod of a DaemonSet has one node: on a flagged one, all of its candidates are flagged.
            boolean onePodPerNode = workload.kind() == WorkloadKind.DAEMON_SET;
            int flagged = onePodPerNode ? 1 : nodes.size();
            int count = onePodPerNode || candidates == null ? flagged : candidates.count();
            Action wanted = wanted(exec, canRelax);
            Threshold threshold = policy.when().of(wanted);
            if (threshold.isMet(flagged, count)) {
                return new Decision(wanted, null);
            }
            if (wanted == Action.AT_FLOORS) {
                return Decision.NOTHING;
            }
            return new Decision(
                    policy.when().warn().isMet(flagged, count) ? Action.WARN : Action.NONE,
                    new UnmetThreshold(wanted, threshold, flagged, count));
        }

        /** What the mode does where enough nodes are flagged. */
        private Action wanted(ExecHandler exec, boolean canRelax) {
            Mode mode = policy.modeFor(workload.namespace());
            boolean isRewritten = mode == Mode.REWRITE && canRelax;
            if (!isRewritten && isAtFloors(exec)) {
                return Action.AT_FLOORS;
            }
            return switch (mode) {
                case DENY -> exec.handler().isProbe() || policy.denyHooks() ? Action.DENY : Action.WARN;
                case REWRITE -> canRelax ? Action.REWRITE : Action.WARN;
                case WARN, OFF -> Action.WARN;
            };
        }

        /** Whether longer timing helps on all of the nodes, and this has what the policy asks for. */
        private boolean isAtFloors(ExecHandler exec) {
            Timing present = exec.timing();
            return present != null
                    && present.isValid()
                    && !nodes.builds().isEmpty()
                    && nodes.builds().stream().allMatch(CatalogueEntry::timingHelps)
                    && policy.relaxed(exec.handler(), present, nodes.builds()) == null;
        }
    }

    private record Decision(Action action, @Nullable UnmetThreshold unmetThreshold) {
        static final Decision NOTHING = new Decision(Action.NONE, null);
    }

    /** Null where it is not known how exec fails. */
    private static @Nullable ExecFault fault(Flag flag) {
        boolean afterStart = flag.breaks() == Breaks.AFTER_START;
        return switch (flag.effect()) {
            case ALWAYS_FAILS -> ExecFault.ALWAYS_FAILS;
            case ALWAYS_HANGS -> afterStart ? ExecFault.NO_ANSWER : ExecFault.ALWAYS_HANGS;
            case SOMETIMES_FAILS -> ExecFault.MAY_FAIL;
            case HANGS, IGNORES_TIMEOUT -> afterStart ? ExecFault.MAY_NOT_ANSWER : ExecFault.MAY_HANG;
            case LOSES_EXIT -> ExecFault.MAY_LOSE_CONTAINER;
            case SLOW, LEAKS -> afterStart ? ExecFault.MAY_RUN_LONG : ExecFault.MAY_BE_SLOW;
            case UNKNOWN -> null;
        };
    }
}
