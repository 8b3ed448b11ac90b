package io.probeguard.scan;

import io.probeguard.policy.Finding;
import io.probeguard.policy.Messages;
import io.probeguard.policy.Review;
import io.probeguard.policy.Rewrites;
import io.probeguard.probe.PodState;
import io.probeguard.probe.Workload;
import io.probeguard.scan.ScanReport.Harm;
import io.probeguard.scan.ScanReport.ScannedPod;
import io.probeguard.scan.ScanReport.ScannedWorkload;
import io.probeguard.text.Wording;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * All that is known of why a pod restarts, or is not Ready. What could not be read is missing, and nothing is concluded from
 * that.
 *
 * @param node the pod's node and its flag; null where it is not known, or there is none yet
 * @param review of the pod on that node, or on those that can run it, with the timing that it has; null where these are not
 *     known
 * @param missing what could not be read and why, in sentences
 */
public record PodAnswer(
        Workload pod,
        PodHistory history,
        NodesReport.@Nullable Node node,
        @Nullable Review review,
        List<String> missing) {

    /** How often its containers were restarted, all together. */
    public int restarts() {
        return pod.state() == null ? 0 : pod.state().restarts();
    }

    /** {@code Running, not Ready since 2026-11-27T10:00:00Z, 12 restarts}. */
    public String condition() {
        PodState state = pod.state();
        return (history.phase().isEmpty() ? "not seen by a kubelet yet" : history.phase())
                + (state == null ? "" : ", " + state.readiness())
                + ", " + Wording.count(restarts(), "restart");
    }

    /** What a webhook says that it changed when the pod was created, as an annotation records it, which users can write too. */
    public List<String> rewritten() {
        return Rewrites.read(pod.annotations()).rewrites().stream()
                .filter(each -> each.before() != null && each.after() != null)
                .map(each -> each.container() + " " + each.handler() + ": " + each.before() + " -> " + each.after())
                .toList();
    }

    /** What is seen beside what is predicted; null where nothing is predicted, or nothing seen. */
    public @Nullable Harm harm() {
        return review == null || review.findings().isEmpty() || pod.state() == null
                ? null
                : new ScannedWorkload(
                                pod.namespace(),
                                pod.owner(),
                                null,
                                1,
                                List.of(new ScannedPod(
                                        pod.name(), pod.pod().nodeName(), null, true, false, false, pod.state())),
                                List.of(),
                                review)
                        .harm();
    }

    /** The answer, in sentences. */
    public String sentence() {
        List<String> outOfMemory = history.outOfMemory();
        return cause()
                + (outOfMemory.isEmpty()
                        ? ""
                        : " Container " + String.join(", ", outOfMemory)
                                + " ran out of memory last (OOMKilled), which no probe causes.");
    }

    private String cause() {
        if (pod.execHandlers().isEmpty()) {
            return "It has no exec probes or hooks: exec that is broken on its node neither restarts it nor keeps it from"
                    + " being Ready.";
        }
        Review judged = review;
        if (judged == null) {
            return "Whether exec is broken " + (isScheduled() ? "on its node" : "where it may be scheduled")
                    + " is not known." + shown();
        }
        if (judged.note() != null && judged.findings().isEmpty()) {
            return "It is not judged, but " + judged.noteText() + "." + shown();
        }
        if (judged.findings().isEmpty()) {
            return (node == null
                            ? "It is on no node yet, and no node that can run it is known to break exec."
                            : "Nothing that is known of its node breaks exec.")
                    + shown();
        }
        Harm harm = harm();
        return "On " + (node == null ? "nodes that can run it" : "its node") + " exec "
                + Messages.phrase(judged.findings().get(0).nodes()) + ", by what is known of "
                + (node == null ? "them" : "it") + ". Predicted: " + predicted(judged)
                + (harm == null ? "." : ". Seen: " + seen(harm) + ".");
    }

    private boolean isScheduled() {
        String name = pod.pod().nodeName();
        return name != null && !name.isEmpty();
    }

    private static String predicted(Review review) {
        return review.findings().stream()
                .map(finding -> finding.container() + " " + finding.handler() + ": " + summary(finding))
                .distinct()
                .collect(Collectors.joining("; "));
    }

    private static String summary(Finding finding) {
        return Objects.requireNonNullElse(finding.summary(), finding.sentence());
    }

    private String seen(Harm harm) {
        return condition() + " (" + harm.phrase() + ")";
    }

    /** What Events say where no flag explains it. */
    private String shown() {
        return history.showsBrokenExec()
                ? " Yet Events of the pod say that exec fails there as it does on a broken runtime."
                : "";
    }
}
