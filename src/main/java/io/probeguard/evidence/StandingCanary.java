package io.probeguard.evidence;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import io.probeguard.catalogue.Effect;
import io.probeguard.evidence.ExecSignal.Meaning;
import io.probeguard.node.CanaryEvidence;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a canary pod says that stays on its node, as the chart's DaemonSet has it. */
final class StandingCanary {
    /**
     * After a failure, exec counts as broken for so long. A kubelet that has dropped Events of a pod still lets one through
     * every five minutes, so three of them would have to be missing.
     */
    static final Duration QUIET = Duration.ofMinutes(15);

    /** Works for so long before it clears a suspicion. */
    static final Duration PROVEN = Duration.ofMinutes(5);

    /**
     * Over CRI a pod that is Ready stays so whatever exec does, so that it is replaced after this time: to get Ready again is
     * a new proof.
     */
    static final Duration RENEWAL = Duration.ofHours(6);

    /** A proof older than this is none, should nobody replace the pod. */
    private static final Duration OUTDATED = RENEWAL.plusHours(1);

    /** In periods: what restarts, such as the runtime, makes an exec fail now and then on any node. */
    private static final int FAILING = 2;

    private StandingCanary() {}

    /**
     * Empty while nothing can be said.
     *
     * @param events about that pod
     */
    static Optional<CanaryEvidence> read(Pod pod, List<Event> events, Instant now) {
        Map<String, ContainerStatus> containers = CanaryReading.containers(pod);
        ContainerStatus first = containers.get(CanaryPod.FIRST);
        ContainerStatus steady = containers.get(CanaryPod.STEADY);
        if (pod.getMetadata().getDeletionTimestamp() != null
                || first == null
                || steady == null
                || !CanaryReading.isRunning(first)
                || !CanaryReading.isRunning(steady)) {
            return Optional.empty();
        }
        List<Event> failed = CanaryReading.with(Meaning.FAILED, pod, events);
        List<Event> timedOut = CanaryReading.with(Meaning.TIMED_OUT, pod, events);
        List<Event> recent = new ArrayList<>(failed);
        recent.addAll(timedOut);
        recent.removeIf(event -> CanaryReading.at(event).isBefore(now.minus(QUIET)));
        boolean hasWorked = CanaryReading.isReady(first);
        boolean anyImage = !isPause(pod);
        if (!recent.isEmpty()) {
            Instant begun = CanaryReading.earliest(recent);
            boolean fails = !failed.isEmpty();
            boolean lasts = fails
                    ? !CanaryReading.latest(recent)
                            .isBefore(begun.plus(period(pod).multipliedBy(FAILING)))
                    : !CanaryReading.isReady(steady);
            String reason = "canary: " + (hasWorked ? "some execs worked and others " : "no exec worked; they ")
                    + (fails ? "failed" : "did not come back") + ": \"" + CanaryReading.words(recent) + "\"";
            return lasts
                    ? Optional.of(new CanaryEvidence(effect(fails, hasWorked), begun, reason, anyImage))
                    : Optional.empty();
        }
        if (!hasWorked) {
            Instant started = CanaryReading.startedAt(first);
            return started.isBefore(now.minus(CanaryReading.TIMED_OUT))
                    ? Optional.of(new CanaryEvidence(
                            Effect.ALWAYS_HANGS,
                            started.plus(CanaryReading.TIMED_OUT),
                            "canary: no exec came back",
                            anyImage))
                    : Optional.empty();
        }
        Optional<Instant> ready = CanaryReading.isReady(steady) ? readySince(pod) : Optional.empty();
        return ready.map(since -> latest(since, events))
                .filter(since -> since.isBefore(now.minus(PROVEN)) && since.isAfter(now.minus(OUTDATED)))
                .map(since -> new CanaryEvidence(null, since, "canary: exec works", anyImage));
    }

    /** Whether a pod has been Ready for so long that this proves little. */
    static boolean isToBeRenewed(Pod pod, Instant now) {
        return pod.getMetadata().getDeletionTimestamp() == null
                && readySince(pod)
                        .filter(since -> since.isBefore(now.minus(RENEWAL)))
                        .isPresent();
    }

    private static Effect effect(boolean fails, boolean hasWorked) {
        if (fails) {
            return hasWorked ? Effect.SOMETIMES_FAILS : Effect.ALWAYS_FAILS;
        }
        return hasWorked ? Effect.HANGS : Effect.ALWAYS_HANGS;
    }

    /** A failure after which the pod is quiet again makes the proof younger. */
    private static Instant latest(Instant ready, List<Event> failures) {
        return failures.stream()
                .map(event -> CanaryReading.at(event).plus(QUIET))
                .filter(ready::isBefore)
                .max(Comparator.naturalOrder())
                .orElse(ready);
    }

    private static Optional<Instant> readySince(Pod pod) {
        return CanaryReading.condition(pod, "ContainersReady")
                .filter(condition -> "True".equals(condition.getStatus()))
                .map(condition -> Instant.parse(condition.getLastTransitionTime()));
    }

    private static Duration period(Pod pod) {
        return Duration.ofSeconds(
                pod.getSpec().getContainers().get(0).getReadinessProbe().getPeriodSeconds());
    }

    /** The image of the kubelet's own sandboxes, which hardly any build fails for. */
    private static boolean isPause(Pod pod) {
        return pod.getSpec().getContainers().get(0).getImage().matches("(?s)(.*/)?pause([:@].*)?");
    }
}
