package io.probeguard.console;

import io.probeguard.background.BackgroundReview.Pass;
import io.probeguard.console.OverviewPage.Few;
import io.probeguard.decision.RecentDecisions;
import io.probeguard.probe.PodState;
import io.probeguard.scan.NodeView;
import io.probeguard.scan.NodesReport;
import io.probeguard.scan.ScanReport.Harm;
import io.probeguard.scan.ScanReport.ScannedPod;
import io.probeguard.text.Wording;
import java.util.List;

/**
 * Why a pod restarts, or is not Ready, as far as the latest review of running workloads tells.
 *
 * @param podName whose pods are asked for; empty where none are yet
 * @param answers one for each namespace with such a pod; empty where none is known
 */
record PodPage(Layout layout, ReviewState review, String podName, List<Answer> answers) {
    /** Whatever is pasted into a shell consists of these alone, or is a word to replace. */
    private static final String NAME = "[a-z0-9.-]+";

    /**
     * @param node its node; empty where it is on none, or that is gone
     * @param row the workload that it belongs to
     * @param decisions about that
     */
    record Answer(ScannedPod pod, Few<NodeView> node, WorkloadRow row, Few<DecisionRow> decisions) {
        String name() {
            return Wording.clean("Pod " + row.namespace() + "/" + pod.name());
        }

        /** {@code On node-2, not Ready since 2026-11-27T10:00:00Z, 12 restarts: predicted and happening.} */
        String condition() {
            PodState state = pod.state();
            Harm harm = row.view().workload().harm(pod);
            return (pod.node() == null ? "On no node yet" : "On " + pod.node())
                    + (state == null
                            ? ""
                            : ", " + state.readiness() + ", " + Wording.count(state.restarts(), "restart"))
                    + (pod.relaxed() ? ", relaxed when it was created" : "")
                    + (harm == null ? "" : ": " + harm.phrase()) + ".";
        }

        boolean hasDecisions() {
            return !decisions.items().isEmpty();
        }
    }

    static PodPage of(ConsoleData source, String podName) {
        Pass pass = source.reviewed();
        return new PodPage(
                Layout.of(
                        source,
                        podName.isEmpty() ? "Why does a pod restart?" : "Why does pod " + podName + " restart?",
                        "pod"),
                ReviewState.of(source, pass),
                podName,
                WorkloadRow.all(pass)
                        .flatMap(row -> row.view().workload().pods().stream()
                                .filter(pod -> pod.name().equals(podName))
                                .map(pod -> answer(source, pod, row)))
                        .toList());
    }

    private static Answer answer(ConsoleData source, ScannedPod pod, WorkloadRow row) {
        return new Answer(
                pod,
                new Few<>(NodesReport.of(source.fleet()).nodes().stream()
                        .filter(node -> node.name().equals(pod.node()))
                        .map(NodeView::new)
                        .toList()),
                row,
                new Few<>(RecentDecisions.merged(source.decisions().values()).decisions().stream()
                        .filter(entry -> row.isAbout(entry.decision()))
                        .map(DecisionRow::new)
                        .toList()));
    }

    boolean isAsked() {
        return !podName.isEmpty();
    }

    boolean isEmpty() {
        return answers.isEmpty();
    }

    /** What asks the API server. */
    String command() {
        return "kubectl probe-guard why " + (podName.matches(NAME) ? podName : "POD") + " -n "
                + (answers.size() == 1 ? answers.get(0).row().namespace() : "NAMESPACE");
    }
}
