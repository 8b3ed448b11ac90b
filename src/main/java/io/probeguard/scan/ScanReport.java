package io.probeguard.scan;

import io.probeguard.catalogue.CatalogueEntry;
import io.probeguard.policy.Action;
import io.probeguard.policy.Finding;
import io.probeguard.policy.Mode;
import io.probeguard.policy.Review;
import io.probeguard.probe.Workload.Identity;
import io.probeguard.text.Wording;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a scan of a cluster found.
 *
 * @param mode the policy's default
 * @param nodes all of them
 * @param flagged nodes whose flag is confirmed
 * @param observed nodes on which exec was seen to go wrong
 * @param suspected nodes whose flag is a suspicion
 * @param flaggedNodes all of these, the surest and worst first
 * @param pods all that were looked at; none of them has ended
 * @param execPods those with exec probes or hooks
 * @param workloads those that are or could be on a flagged node; with pods there now first
 * @param stricken those with pods on a flagged node now whose timing is their author's; those with most pods first
 * @param radius what the policy does to the pods that run, once they are made anew
 */
public record ScanReport(
        Mode mode,
        int nodes,
        int flagged,
        int observed,
        int suspected,
        List<NodesReport.Node> flaggedNodes,
        int pods,
        int execPods,
        List<ScannedWorkload> workloads,
        List<Stricken> stricken,
        BlastRadius radius) {

    /**
     * Running pods that one controller made and that are judged alike; or one without a controller. A workload in the
     * midst of a rollout, or of which only some pods are relaxed already, is there more than once.
     *
     * @param owner the topmost controller, or the pod itself
     * @param object the owner in the API; where only its name is known, the controller of its pods. Null where neither
     *     has a uid, as in files
     * @param podsOfOwner how many pods with exec probes or hooks of the owner were looked at
     * @param pods empty for what was judged by its template, since no pod of it was seen
     * @param review of the pods as they are made anew; of a DaemonSet's as a whole
     */
    public record ScannedWorkload(
            @Nullable String namespace,
            Identity owner,
            @Nullable ApiObject object,
            int podsOfOwner,
            List<ScannedPod> pods,
            Review review) {
        /** How many of these pods are on a flagged node now. */
        public int onFlagged() {
            return (int) pods.stream().filter(ScannedPod::onFlaggedNode).count();
        }

        /** The pods that run with other numbers than the policy wants, on a flagged node, until they are made anew. */
        public List<ScannedPod> toRecreate() {
            return pods.stream().filter(ScannedPod::recreate).toList();
        }
    }

    /**
     * A running pod.
     *
     * @param node that it is on; null while it is not scheduled
     * @param onFlaggedNode whether that one's flag is confirmed; or suspected, where the policy acts on suspicion
     * @param recreate whether it is on a flagged node and would be relaxed, or led away, if it were made anew
     * @param relaxed whether it was relaxed when it was made
     */
    public record ScannedPod(
            String name, @Nullable String node, boolean onFlaggedNode, boolean recreate, boolean relaxed) {}

    /** An object as Events and reports refer to it. */
    public record ApiObject(String apiVersion, String kind, String name, String uid) {}

    /**
     * Pods of one workload that run, with the timing that their author wrote, on nodes with one and the same build, about
     * which the policy does something.
     *
     * @param object as in {@link ScannedWorkload}
     * @param build the worst of those nodes; null where none is named
     * @param whereabouts what happens to them there, and what to do, for a person
     */
    public record Stricken(
            @Nullable String namespace,
            @Nullable ApiObject object,
            @Nullable CatalogueEntry build,
            int pods,
            int nodes,
            String whereabouts) {
        /** For an Event: at most 1024 characters, and no name of a pod. */
        public String message() {
            return Wording.count(pods, "pod") + (pods == 1 ? " runs" : " run") + " on " + Wording.count(nodes, "node")
                    + " " + whereabouts;
        }
    }

    /**
     * How much a policy touches. Each pod counts once, for the most severe of what is done to it.
     *
     * @param helped how many of the workloads to relax meet only builds that longer timing helps against
     * @param notHelped how many meet only builds that it does not help against, so that it only delays what happens;
     *     of the others either may be
     * @param steered pods that are led away from flagged nodes and need no relaxing
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

    /** Pods, and the workloads that they are of. */
    public record Share(int pods, int workloads) {}

    /** What was looked at, in a line. */
    public String counts() {
        return Wording.count(nodes, "node") + ", " + flagged + " flagged, "
                + (observed == 0 ? "" : observed + " observed, ") + suspected + " suspected; "
                + Wording.count(pods, "pod") + ", " + execPods + " with exec probes or hooks";
    }

    /** How many workloads something is done about for each build; under an empty name where none is named. */
    public Map<String, Integer> workloadsByBuild() {
        Map<String, Set<List<Object>>> workloadsByBuild = new TreeMap<>();
        for (ScannedWorkload workload : workloads) {
            for (Finding finding : workload.review.acted()) {
                List<String> builds = finding.builds().isEmpty()
                        ? List.of("")
                        : finding.builds().stream().map(CatalogueEntry::id).toList();
                builds.forEach(build -> workloadsByBuild
                        .computeIfAbsent(build, none -> new HashSet<>())
                        .add(Arrays.asList(workload.namespace, workload.owner)));
            }
        }
        Map<String, Integer> counts = new TreeMap<>();
        workloadsByBuild.forEach((build, those) -> counts.put(build, those.size()));
        return counts;
    }

    /** The most severe of what is done. */
    public Action action() {
        return workloads.stream()
                .map(workload -> workload.review.action())
                .reduce(Action.NONE, (a, b) -> a.compareTo(b) >= 0 ? a : b);
    }
}
