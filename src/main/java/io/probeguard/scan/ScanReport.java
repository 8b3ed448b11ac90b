package io.probeguard.scan;

import io.probeguard.catalogue.CatalogueEntry;
import io.probeguard.cluster.DisruptionBudget;
import io.probeguard.kubelet.Consequence.Outcome;
import io.probeguard.policy.Action;
import io.probeguard.policy.Finding;
import io.probeguard.policy.Mode;
import io.probeguard.policy.Review;
import io.probeguard.probe.PodState;
import io.probeguard.probe.Workload.Identity;
import io.probeguard.text.Keyword;
import io.probeguard.text.Wording;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a scan of a cluster found.
 *
 * @param mode the policy's default
 * @param nodes how many there are
 * @param flagged how many of them have a confirmed flag
 * @param observed on how many of them exec was observed to fail
 * @param suspected how many of them are suspected
 * @param flaggedNodes all of these, by confidence and effect, as in {@link NodesReport}
 * @param nodesWithIgnored those with labels or annotations for probe-guard that cannot be understood
 * @param pods how many were scanned; none of them has terminated
 * @param execPods how many of them have exec probes or hooks
 * @param workloads those that are or could be on a flagged node; those whose pods there are not Ready or restarted first,
 *     then those whose pods a PodDisruptionBudget holds back, then those with pods there
 * @param impacts on pods that are on a flagged node now with their author's timing; those on most pods first
 * @param drainPlan for the nodes whose flags the policy acts on
 * @param failingNodes nodes without a flag on which exec may be broken, too, as their pods show
 * @param radius what the policy does to the running pods when they are recreated
 */
public record ScanReport(
        Mode mode,
        int nodes,
        int flagged,
        int observed,
        int suspected,
        List<NodesReport.Node> flaggedNodes,
        List<NodesReport.Node> nodesWithIgnored,
        int pods,
        int execPods,
        List<ScannedWorkload> workloads,
        List<Impact> impacts,
        DrainPlan drainPlan,
        List<FailingNode> failingNodes,
        BlastRadius radius) {

    private static final Set<Outcome> HARM = EnumSet.of(
            Outcome.RESTART_LOOP,
            Outcome.POD_FAILS,
            Outcome.NEVER_READY,
            Outcome.SOMETIMES_UNREADY,
            Outcome.NEVER_STARTED);

    /** What is seen of pods beside what is predicted of them. */
    public enum Harm implements Keyword {
        PREDICTED_AND_HAPPENING,
        HAPPENING_NOT_PREDICTED,
        PREDICTED_NOT_SEEN,
        NONE;

        /** For people: {@code predicted and happening}. */
        public String phrase() {
            return switch (this) {
                case PREDICTED_AND_HAPPENING -> "predicted and happening";
                case HAPPENING_NOT_PREDICTED -> "happening, not predicted";
                case PREDICTED_NOT_SEEN -> "predicted, not seen";
                case NONE -> "neither predicted nor seen";
            };
        }
    }

    /**
     * Running pods of one controller that are judged alike; or one pod without a controller. A workload in the middle of a
     * rollout, or of which only some pods are already relaxed, has several of these.
     *
     * @param owner the topmost controller, or the pod itself
     * @param object the owner in the API; where only its name is known, the controller of its pods. Null where neither
     *     has a uid, as in files
     * @param podsOfOwner how many pods with exec probes or hooks of the owner were scanned
     * @param pods empty for a workload that was judged by its template because it had no pods
     * @param budgets that hold back the eviction of any of these pods from flagged nodes
     * @param review of the pods as they are recreated; for a DaemonSet, of the template for all of its nodes
     */
    public record ScannedWorkload(
            @Nullable String namespace,
            Identity owner,
            @Nullable ApiObject object,
            int podsOfOwner,
            List<ScannedPod> pods,
            List<DisruptionBudget> budgets,
            Review review) {
        /** How many of these pods are on a flagged node now. */
        public int onFlagged() {
            return (int) pods.stream().filter(ScannedPod::onFlaggedNode).count();
        }

        /** How many of the pods on flagged nodes are not Ready. */
        public int unready() {
            return (int) seen().filter(state -> !state.ready()).count();
        }

        /** How often containers of the pods on flagged nodes were restarted. */
        public int restarts() {
            return seen().mapToInt(PodState::restarts).sum();
        }

        /** Whether pods on flagged nodes are restarted or not Ready, whatever the reason. */
        public boolean isHappening() {
            return unready() > 0 || restarts() > 0;
        }

        /** Whether a finding says that they would be. */
        public boolean isPredicted() {
            return review.findings().stream()
                    .anyMatch(finding -> HARM.contains(finding.consequence().outcome()));
        }

        /** What is seen of the pods on flagged nodes beside what is predicted; null where none of them has a status. */
        public @Nullable Harm harm() {
            if (seen().findAny().isEmpty()) {
                return null;
            }
            if (isHappening()) {
                return isPredicted() ? Harm.PREDICTED_AND_HAPPENING : Harm.HAPPENING_NOT_PREDICTED;
            }
            return isPredicted() ? Harm.PREDICTED_NOT_SEEN : Harm.NONE;
        }

        /** The same of one of the pods alone. */
        public @Nullable Harm harm(ScannedPod pod) {
            return new ScannedWorkload(namespace, owner, object, podsOfOwner, List.of(pod), List.of(), review).harm();
        }

        /** Since when the pod that is not Ready the longest has not been; null where all are, or it is not known. */
        public @Nullable Instant unreadySince() {
            return seen().filter(state -> !state.ready())
                    .map(PodState::since)
                    .filter(Objects::nonNull)
                    .min(Comparator.naturalOrder())
                    .orElse(null);
        }

        private Stream<PodState> seen() {
            return pods.stream()
                    .filter(ScannedPod::onFlaggedNode)
                    .map(ScannedPod::state)
                    .filter(Objects::nonNull);
        }

        /** The pods on flagged nodes that the policy would relax or steer, but only when they are recreated. */
        public List<ScannedPod> toRecreate() {
            return pods.stream().filter(ScannedPod::recreate).toList();
        }
    }

    /**
     * A running pod.
     *
     * @param node on which it runs; null while it is not scheduled
     * @param pool of that node; null where no label names it
     * @param onFlaggedNode whether the policy acts on the flag of that node: a confirmed one always
     * @param recreate whether it is on a flagged node and would be relaxed or steered if it were recreated
     * @param relaxed whether it was relaxed when it was created
     * @param state null where its status is not known
     */
    public record ScannedPod(
            String name,
            @Nullable String node,
            @Nullable String pool,
            boolean onFlaggedNode,
            boolean recreate,
            boolean relaxed,
            @Nullable PodState state) {}

    /**
     * A node without a flag on which pods with exec probes or hooks fail more often than others.
     *
     * @param workloads the different ones that fail there, as {@code Deployment shop/web}
     * @param execPods how many pods with exec probes or hooks it has
     * @param failing how many of those have not been Ready for two minutes or were restarted within the last hour
     * @param otherPods how many other pods it has
     * @param othersFailing how many of those fail likewise
     */
    public record FailingNode(
            String name, List<String> workloads, int execPods, int failing, int otherPods, int othersFailing) {}

    /** An object as Events and reports refer to it. */
    public record ApiObject(String apiVersion, String kind, String name, String uid) {}

    /**
     * What nodes with the same build do to the pods of one workload that run there with their author's timing, where the
     * policy acts on it.
     *
     * @param object as in {@link ScannedWorkload}
     * @param build the worst one on those nodes; null where it is unknown
     * @param pods how many run there
     * @param nodes how many of these there are
     * @param description what happens to the pods there, and what to do
     */
    public record Impact(
            @Nullable String namespace,
            @Nullable ApiObject object,
            @Nullable CatalogueEntry build,
            int pods,
            int nodes,
            String description) {
        /** For an Event: at most 1024 characters, and no name of a pod. */
        public String message() {
            return Wording.count(pods, "pod") + (pods == 1 ? " runs" : " run") + " on " + Wording.count(nodes, "node")
                    + " " + description;
        }
    }

    /**
     * How much a policy would touch. Each pod counts once, for the most severe action on it.
     *
     * @param helped how many of the workloads to relax meet only builds with which longer timing helps
     * @param notHelped how many of them meet only builds with which it does not, so that it only delays what happens; the
     *     others may be either
     * @param steered pods that are steered away from flagged nodes and need no relaxing
     */
    public record BlastRadius(
            Share refused,
            Share relaxed,
            int helped,
            int notHelped,
            Share steered,
            Share alreadyRelaxed,
            Share warned,
            Share leftAlone) {

        public int mayBeHelped() {
            return relaxed.workloads - helped - notHelped;
        }
    }

    /** How many pods, of how many workloads. */
    public record Share(int pods, int workloads) {}

    /** What was scanned, in a line. */
    public String counts() {
        return Wording.count(nodes, "node") + ", " + flagged + " flagged, "
                + (observed == 0 ? "" : observed + " observed, ") + suspected + " suspected; "
                + Wording.count(pods, "pod") + ", " + execPods + " with exec probes or hooks";
    }

    /** How many workloads the policy acts on, by build; under an empty name where the build is unknown. */
    public Map<String, Integer> workloadsByBuild() {
        Map<String, Set<List<Object>>> workloadsByBuild = new TreeMap<>();
        for (ScannedWorkload workload : workloads) {
            for (Finding finding : workload.review.acted()) {
                List<String> builds = finding.builds().isEmpty()
                        ? List.of("")
                        : finding.builds().stream().map(CatalogueEntry::id).toList();
                builds.forEach(build -> workloadsByBuild
                        .computeIfAbsent(build, absent -> new HashSet<>())
                        .add(Arrays.asList(workload.namespace, workload.owner)));
            }
        }
        Map<String, Integer> counts = new TreeMap<>();
        workloadsByBuild.forEach((build, affected) -> counts.put(build, affected.size()));
        return counts;
    }

    /** Whether none of the workloads is left alone. */
    public boolean isAllJudged() {
        return workloads.stream().allMatch(workload -> workload.review.note() == null);
    }

    /** The most severe action on any workload. */
    public Action action() {
        return workloads.stream()
                .map(workload -> workload.review.action())
                .max(Comparator.naturalOrder())
                .orElse(Action.NONE);
    }
}
