package io.probeguard.evidence;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.probeguard.evidence.ExecSignal.Meaning;
import io.probeguard.text.Wording;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What an observed canary pod says.
 *
 * @param isFinal whether waiting longer would tell no more
 * @param reason what was seen, for a person
 * @param words what the kubelet said last of an exec that went wrong; empty where it said nothing
 */
record CanaryReading(CanaryVerdict verdict, boolean isFinal, String reason, String words) {
    /**
     * No answer for so long is none. A healthy node with 25 times the work it has cores for needed up to 30 seconds; that
     * exec hangs is told by kubelets over CRI only after two minutes more than the probe's timeout, by others after that.
     */
    static final Duration NO_ANSWER = Duration.ofSeconds(90);

    /**
     * By then a kubelet over CRI has told of an exec that did not come back: two minutes after the probe's timeout of one,
     * and some.
     */
    static final Duration TIMED_OUT = Duration.ofSeconds(210);

    /** A build that fails now and then may fail at first. */
    private static final Duration FAILING_FOR = Duration.ofSeconds(5);

    /** From here on an exec is called slow: what most probes allow is 1 s, the default. */
    private static final Duration SLOW = Duration.ofSeconds(3);

    /** A healthy node needs 5 seconds for as many execs as are asked of it. */
    private static final Duration NOT_STEADY = SLOW.multipliedBy(CanaryPod.IN_A_ROW * 2L);

    /** Reasons to wait that time does not heal. */
    private static final List<String> HOPELESS = List.of("ErrImageNeverPull", "InvalidImageName");

    private static final int LONGEST_WORDS = 500;

    /**
     * Of the pod whose containers are probed.
     *
     * @param events about that pod
     * @param waited how long its containers have been seen running
     */
    static CanaryReading ofProbes(Pod pod, List<Event> events, Duration waited) {
        Map<String, ContainerStatus> containers = containers(pod);
        ContainerStatus first = containers.get(CanaryPod.FIRST);
        ContainerStatus steady = containers.get(CanaryPod.STEADY);
        if (first == null || steady == null || !isRunning(first) || !isRunning(steady)) {
            return notRunning(pod);
        }
        List<Event> failed = with(Meaning.FAILED, pod, events);
        List<Event> timedOut = with(Meaning.TIMED_OUT, pod, events);
        String words = words(failed.isEmpty() ? timedOut : failed);
        if (isReady(first)) {
            return worked(pod, steady, failed, timedOut, waited);
        }
        if (!failed.isEmpty()) {
            Duration failing = Duration.between(earliest(failed), latest(failed));
            return failing.compareTo(FAILING_FOR) >= 0
                    ? found(CanaryVerdict.FAILS, "no exec worked, for " + failing.toSeconds() + " s", words)
                    : waiting("exec failed", words);
        }
        return waited.compareTo(NO_ANSWER) >= 0
                ? found(CanaryVerdict.HANGS, "no exec came back in " + waited.toSeconds() + " s", words)
                : waiting("no exec has come back for " + waited.toSeconds() + " s", words);
    }

    /** Of a pod in which some exec has worked. */
    private static CanaryReading worked(
            Pod pod, ContainerStatus steady, List<Event> failed, List<Event> timedOut, Duration waited) {
        if (!failed.isEmpty()) {
            return found(CanaryVerdict.SOMETIMES, "some execs worked and others failed", words(failed));
        }
        if (isReady(steady)) {
            return paced(pod, steady, words(timedOut));
        }
        if (!timedOut.isEmpty()) {
            return found(CanaryVerdict.HANGS, "exec worked, and then did not come back", words(timedOut));
        }
        if (waited.compareTo(NOT_STEADY) >= 0) {
            return new CanaryReading(
                    CanaryVerdict.SLOW,
                    waited.compareTo(TIMED_OUT) >= 0,
                    "exec worked less than " + CanaryPod.IN_A_ROW + " times in " + waited.toSeconds() + " s",
                    "");
        }
        return waiting("exec worked, and has yet to " + CanaryPod.IN_A_ROW + " times in a row", "");
    }

    /**
     * Of the pod with hooks, before it is removed.
     *
     * @param events about that pod
     * @param waited how long the latest of its hooks has been seen to run, if it still does
     */
    static CanaryReading ofHooks(Pod pod, List<Event> events, Duration waited) {
        List<Event> failed = with(Meaning.FAILED, pod, events);
        if (!failed.isEmpty()) {
            return hooksFailed(failed);
        }
        List<Event> timedOut = with(Meaning.TIMED_OUT, pod, events);
        if (!timedOut.isEmpty()) {
            return found(CanaryVerdict.HANGS, "exec worked, and then did not come back", words(timedOut));
        }
        if (areStarted(pod)) {
            return waiting("probes and the first hooks worked", "");
        }
        return !areProbed(pod) && waited.compareTo(NO_ANSWER) >= 0
                ? found(
                        CanaryVerdict.HANGS,
                        "probes worked, but a hook did not come back in " + waited.toSeconds() + " s",
                        "")
                : notRunning(pod);
    }

    /**
     * Of the pod with hooks, once it is gone, or should be: its last exec runs when it is removed.
     *
     * @param last what it was before
     * @param events about that pod
     * @param isStopped whether its containers were seen to end
     */
    static CanaryReading ofLastHooks(Pod last, List<Event> events, boolean isStopped) {
        // What is said of probes while containers are stopped is about that.
        List<Event> failed = events.stream()
                .filter(event -> meaning(event).filter(Meaning.FAILED::equals).isPresent())
                .filter(event ->
                        Objects.requireNonNullElse(event.getReason(), "").endsWith("Hook"))
                .toList();
        if (!failed.isEmpty()) {
            return hooksFailed(failed);
        }
        if (!areStarted(last)) {
            return notRunning(last);
        }
        return found(
                CanaryVerdict.WORKS,
                isStopped
                        ? "probes and hooks worked"
                        : "probes and the first hooks worked; the last were not seen to end",
                "");
    }

    private static CanaryReading hooksFailed(List<Event> failed) {
        return found(CanaryVerdict.SOMETIMES, "probes worked, but a hook failed", words(failed));
    }

    /**
     * Of how many containers Events tell that they were started. Then the kubelet runs the container's first hook, and only
     * when that of the last one has ended does the pod's status say that they run.
     */
    static long hooksBegun(List<Event> events) {
        return events.stream()
                .filter(event -> "Started".equals(event.getReason()))
                .count();
    }

    /** Whether Events tell of the stop of each of its containers, after which each runs its last hook. */
    static boolean areToldToStop(Pod pod, List<Event> events) {
        return events.stream()
                        .filter(event -> "Killing".equals(event.getReason()))
                        .count()
                >= containers(pod).size();
    }

    /**
     * Whether every container runs, its first hook and its startup probe over. Ready does not tell: kubelet 1.20 was seen
     * to notice the end of a startup probe only 75 seconds later, with its next look at the pod.
     */
    static boolean areStarted(Pod pod) {
        Map<String, ContainerStatus> containers = containers(pod);
        return !containers.isEmpty()
                && containers.values().stream()
                        .allMatch(container -> isRunning(container) && !Boolean.FALSE.equals(container.getStarted()));
    }

    /** Whether no container runs any more, or yet. */
    static boolean areStopped(Pod pod) {
        return containers(pod).values().stream().noneMatch(CanaryReading::isRunning);
    }

    /** Whether some exec has worked. */
    static boolean hasWorked(Pod pod) {
        ContainerStatus first = containers(pod).get(CanaryPod.FIRST);
        return first != null && isReady(first);
    }

    /** Whether execs are being asked of all containers that are probed. */
    static boolean areProbed(Pod pod) {
        Map<String, ContainerStatus> containers = containers(pod);
        return !containers.isEmpty() && containers.values().stream().allMatch(CanaryReading::isRunning);
    }

    /** Both times are the kubelet's, in whole seconds. */
    private static CanaryReading paced(Pod pod, ContainerStatus steady, String words) {
        Duration each = condition(pod, "ContainersReady")
                .map(ready -> Duration.between(startedAt(steady), Instant.parse(ready.getLastTransitionTime())))
                .orElse(Duration.ZERO)
                .dividedBy(CanaryPod.IN_A_ROW);
        return each.compareTo(SLOW) >= 0
                ? found(CanaryVerdict.SLOW, "each exec took about " + each.toSeconds() + " s", words)
                : found(CanaryVerdict.WORKS, "exec worked " + CanaryPod.IN_A_ROW + " times in a row", words);
    }

    private static CanaryReading notRunning(Pod pod) {
        String phase = pod.getStatus() == null
                ? "Pending"
                : Objects.requireNonNullElse(pod.getStatus().getPhase(), "Pending");
        String why = containers(pod).values().stream()
                .map(CanaryReading::whyNotRunning)
                .filter(Objects::nonNull)
                .distinct()
                .collect(Collectors.joining(", "));
        String said = pod.getStatus() == null ? null : pod.getStatus().getReason();
        String reason = "the canary pod does not run: " + phase
                + (said == null ? "" : ", " + said)
                + (why.isEmpty() ? "" : ", " + why);
        boolean isOver = phase.equals("Failed") || HOPELESS.stream().anyMatch(why::contains);
        return new CanaryReading(CanaryVerdict.UNKNOWN, isOver, reason, "");
    }

    private static @Nullable String whyNotRunning(ContainerStatus container) {
        ContainerState state = container.getState();
        if (state == null || state.getRunning() != null) {
            return null;
        }
        if (state.getTerminated() != null) {
            return "container " + container.getName() + " ended with exit code "
                    + state.getTerminated().getExitCode();
        }
        return state.getWaiting() == null ? null : state.getWaiting().getReason();
    }

    static List<Event> with(Meaning meaning, Pod pod, List<Event> events) {
        return events.stream()
                .filter(event -> isBeforeRemoval(event, pod))
                .filter(event -> meaning(event).filter(meaning::equals).isPresent())
                .toList();
    }

    static Optional<Meaning> meaning(Event event) {
        return ExecSignal.TABLE.stream()
                .filter(signal -> signal.isIn(event))
                .findFirst()
                .map(ExecSignal::meaning);
    }

    /** What kubelets say of a container that is being stopped is about that. */
    private static boolean isBeforeRemoval(Event event, Pod pod) {
        String deletion = pod.getMetadata().getDeletionTimestamp();
        if (deletion == null) {
            return true;
        }
        Long grace = pod.getMetadata().getDeletionGracePeriodSeconds();
        Instant asked = Instant.parse(deletion).minusSeconds(grace == null ? 0 : grace);
        return at(event).isBefore(asked);
    }

    static String words(List<Event> events) {
        return events.stream()
                .max(Comparator.comparing(CanaryReading::at))
                .map(event -> Wording.truncate(
                        Wording.clean(Objects.requireNonNullElse(event.getMessage(), "")
                                .strip()),
                        LONGEST_WORDS))
                .orElse("");
    }

    static Instant earliest(List<Event> events) {
        return events.stream()
                .map(CanaryReading::firstAt)
                .min(Comparator.naturalOrder())
                .orElseThrow();
    }

    static Instant latest(List<Event> events) {
        return events.stream()
                .map(CanaryReading::at)
                .max(Comparator.naturalOrder())
                .orElseThrow();
    }

    static Instant at(Event event) {
        return instant(event.getLastTimestamp(), event);
    }

    private static Instant firstAt(Event event) {
        return instant(event.getFirstTimestamp(), event);
    }

    private static Instant instant(@Nullable String time, Event event) {
        return Instant.parse(time == null ? event.getMetadata().getCreationTimestamp() : time);
    }

    static Instant startedAt(ContainerStatus running) {
        return Instant.parse(running.getState().getRunning().getStartedAt());
    }

    static Optional<PodCondition> condition(Pod pod, String type) {
        return pod.getStatus().getConditions().stream()
                .filter(condition -> type.equals(condition.getType()))
                .findFirst();
    }

    static Map<String, ContainerStatus> containers(Pod pod) {
        Map<String, ContainerStatus> containers = new TreeMap<>();
        if (pod.getStatus() != null && pod.getStatus().getContainerStatuses() != null) {
            pod.getStatus().getContainerStatuses().forEach(status -> containers.put(status.getName(), status));
        }
        return containers;
    }

    static boolean isRunning(ContainerStatus container) {
        return container.getState() != null && container.getState().getRunning() != null;
    }

    static boolean isReady(ContainerStatus container) {
        return Boolean.TRUE.equals(container.getReady());
    }

    private static CanaryReading found(CanaryVerdict verdict, String reason, String words) {
        return new CanaryReading(verdict, true, reason, words);
    }

    private static CanaryReading waiting(String reason, String words) {
        return new CanaryReading(CanaryVerdict.UNKNOWN, false, reason, words);
    }
}
