package io.probeguard.policy;

import io.probeguard.kubelet.EventKind;
import io.probeguard.kubelet.ExecFault;
import io.probeguard.kubelet.PodTimeline;
import io.probeguard.kubelet.PodTimeline.Event;
import io.probeguard.kubelet.Prediction;
import io.probeguard.kubelet.Situation;
import io.probeguard.probe.Container;
import io.probeguard.probe.Handler;
import io.probeguard.probe.Probe;
import io.probeguard.probe.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What becomes of a workload as a whole where exec is faulty, beyond what each probe or hook does: of its pod, its node, its
 * rollout or its Job. Each sentence is about the pods on the worst of the flagged nodes.
 */
final class WorkloadOutlook {
    /** From so many calls of exec a second on one pod on, their number is worth a word. */
    private static final double MANY_CALLS = 1;
    /** How often the kubelet calls exec for one probe that fails over CRI (pkg/kubelet/prober/prober.go, maxProbeRetries). */
    private static final int TRIES = 3;

    private final Workload workload;
    private final Situation situation;
    private final List<PodTimeline> timelines;

    private WorkloadOutlook(Workload workload, Situation situation) {
        this.workload = workload;
        this.situation = situation;
        this.timelines = Prediction.of(situation).timelines();
    }

    /** Sentences without a full stop; none where nothing is predicted. */
    static List<String> of(Review review) {
        Situation situation = review.situation();
        return situation == null ? List.of() : new WorkloadOutlook(review.workload(), situation).sentences();
    }

    private List<String> sentences() {
        if (timelines.isEmpty()) {
            return List.of();
        }
        List<String> sentences = new ArrayList<>();
        first(EventKind.NODE_NOT_READY)
                .map(event -> "the node " + (event.certain() ? "becomes" : "may become") + " NotReady" + from(event)
                        + " (\"PLEG is not healthy\"), and nothing on it is restarted")
                .ifPresent(sentences::add);
        if (never(EventKind.INITIALIZED)) {
            sentences.add("its pods stay in Init");
        }
        first(EventKind.CRASH_LOOP_BACK_OFF)
                .filter(Event::certain)
                .map(event -> "kubectl shows CrashLoopBackOff" + from(event))
                .ifPresent(sentences::add);
        job().ifPresent(sentences::add);
        rollout().ifPresent(sentences::add);
        service().ifPresent(sentences::add);
        calls().ifPresent(sentences::add);
        return sentences;
    }

    private Optional<String> job() {
        if (workload.job() == null) {
            return Optional.empty();
        }
        Optional<Event> complete = first(EventKind.JOB_COMPLETE);
        Optional<Event> failed = first(EventKind.JOB_FAILED);
        if (complete.isPresent() && failed.isEmpty() && complete.get().certain()) {
            return Optional.of("the Job becomes Complete" + from(complete.get())
                    + " although its container was killed, if that exits with 0 on SIGTERM");
        }
        return failed.map(event -> "the Job " + (event.certain() ? "fails" : "may fail") + from(event));
    }

    /** What a controller does with pods that never become Ready. */
    private Optional<String> rollout() {
        if (!never(EventKind.READY)) {
            return Optional.empty();
        }
        return switch (workload.kind()) {
            case DEPLOYMENT ->
                Optional.of("its rollout does not finish while a pod is there: ProgressDeadlineExceeded after "
                        + "progressDeadlineSeconds (600 by default)");
            case STATEFUL_SET ->
                Optional.of("its rollout stops at the first pod there (podManagementPolicy OrderedReady, the default)");
            case DAEMON_SET -> Optional.of("its rolling update stops at maxUnavailable pods (1 by default)");
            default -> Optional.empty();
        };
    }

    /** A pod that is not Ready is no endpoint, and counts against a disruption budget (policy/v1, since Kubernetes 1.27). */
    private Optional<String> service() {
        return switch (workload.kind()) {
            case DEPLOYMENT, STATEFUL_SET, REPLICA_SET, REPLICATION_CONTROLLER, DEPLOYMENT_CONFIG ->
                never(EventKind.READY)
                        ? Optional.of(
                                "its pods are no endpoints of a Service, and a PodDisruptionBudget may block a drain "
                                        + "unless its unhealthyPodEvictionPolicy is AlwaysAllow")
                        : Optional.empty();
            default -> Optional.empty();
        };
    }

    private Optional<String> calls() {
        boolean retried = !situation.node().isDocker() && situation.fault() == ExecFault.ALWAYS_FAILS;
        double calls = Stream.concat(situation.pod().containers().stream(), situation.pod().initContainers().stream())
                .filter(Objects::nonNull)
                .mapToDouble(container -> callsPerSecond(container) * (retried ? TRIES : 1))
                .sum();
        return calls < MANY_CALLS
                ? Optional.empty()
                : Optional.of(String.format(Locale.ROOT, "exec is called %.0f times a second for each pod", calls));
    }

    private static double callsPerSecond(Container container) {
        return Stream.of(Handler.LIVENESS, Handler.READINESS)
                .filter(container::execs)
                .map(container::probe)
                .filter(Objects::nonNull)
                .mapToDouble(WorkloadOutlook::callsPerSecond)
                .sum();
    }

    private static double callsPerSecond(Probe probe) {
        return 1.0 / probe.timing().period();
    }

    private boolean never(EventKind kind) {
        return timelines.get(0).never().stream().anyMatch(absence -> absence.event() == kind);
    }

    private Optional<Event> first(EventKind kind) {
        return timelines.stream()
                .flatMap(timeline -> timeline.events().stream())
                .filter(event -> event.event() == kind)
                .findFirst();
    }

    private static String from(Event event) {
        long earliest = (long) Math.floor(event.earliest());
        return event.latest() == null
                ? " after " + earliest + " s or more"
                : " after " + earliest + " to " + (long) Math.ceil(event.latest()) + " s";
    }
}
