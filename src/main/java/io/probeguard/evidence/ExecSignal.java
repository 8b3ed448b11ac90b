package io.probeguard.evidence;

import io.fabric8.kubernetes.api.model.Event;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * A sign of how exec went, in an Event that a kubelet wrote about a canary pod. That exec worked has no Event: a container
 * that gets Ready tells it, on every kubelet alike.
 *
 * <p>Over CRI a probe that errored leaves everything as it is, so that these Events are all that is seen: a container
 * that is Ready stays so for good. Over dockershim it counts as a failure.
 *
 * @param runtime as {@code nodeInfo.containerRuntimeVersion} begins, where this was recorded
 * @param kubelet minor version, where this was recorded
 * @param scenario what was wrong with exec there; the recording of that name holds such an Event
 * @param reason of the Event
 * @param message a part of its message
 */
record ExecSignal(String runtime, String kubelet, String scenario, String reason, Pattern message, Meaning meaning) {

    enum Meaning {
        /** Exec did not get there. */
        FAILED,
        /** Exec did not come back in time. */
        TIMED_OUT,
        /** The container had ended, or was about to: nothing about exec. */
        ENDED
    }

    private static final String UNHEALTHY = "Unhealthy";

    /** The first that fits counts. Which runtime and kubelet wrote an Event is not asked: no text means two things. */
    static final List<ExecSignal> TABLE = List.of(
            signal("docker", "1.20", "none", UNHEALTHY, "container not running", Meaning.ENDED),
            signal("docker", "1.20", "none", UNHEALTHY, "No such container", Meaning.ENDED),
            signal("docker", "1.20", "slow", UNHEALTHY, "cannot exec in a stopped ", Meaning.ENDED),
            signal("containerd", "1.20", "none", UNHEALTHY, "errored: rpc error: code = NotFound ", Meaning.ENDED),
            signal("containerd", "1.20", "none", UNHEALTHY, "container is in CONTAINER_EXITED state", Meaning.ENDED),
            signal(
                    "containerd",
                    "1.37",
                    "none",
                    UNHEALTHY,
                    "unknown state: rpc error: code = NotFound ",
                    Meaning.ENDED),
            signal("containerd", "1.37", "none", UNHEALTHY, "container is in CONTAINER_EXITED state", Meaning.ENDED),
            // A command that says nothing and fails, or is killed with its container, looks the same.
            signal("docker", "1.20", "hangs", UNHEALTHY, "probe failed: $", Meaning.TIMED_OUT),
            signal("containerd", "1.20", "hangs", UNHEALTHY, "probe failed: $", Meaning.TIMED_OUT),
            // Since 1.23 with a cause (kubernetes#106201).
            signal("containerd", "1.37", "hangs", UNHEALTHY, "probe failed: command timed out: ", Meaning.TIMED_OUT),
            signal(
                    "docker",
                    "1.20",
                    "always-fails",
                    UNHEALTHY,
                    "probe failed: OCI runtime exec failed",
                    Meaning.FAILED),
            signal("containerd", "1.20", "always-fails", UNHEALTHY, "probe errored: rpc error", Meaning.FAILED),
            signal(
                    "containerd",
                    "1.37",
                    "always-fails",
                    UNHEALTHY,
                    "probe errored and resulted in unknown state: rpc error",
                    Meaning.FAILED),
            signal("docker", "1.20", "sometimes-fails", "FailedPreStopHook", "", Meaning.FAILED),
            signal("containerd", "1.20", "sometimes-fails", "FailedPreStopHook", "", Meaning.FAILED),
            // Since 1.26 without a cause (kubernetes#119541).
            signal("containerd", "1.37", "sometimes-fails", "FailedPreStopHook", "", Meaning.FAILED));

    private static ExecSignal signal(
            String runtime, String kubelet, String scenario, String reason, String message, Meaning meaning) {
        return new ExecSignal(runtime, kubelet, scenario, reason, Pattern.compile(message), meaning);
    }

    boolean isIn(Event event) {
        return reason.equals(event.getReason())
                && message.matcher(Objects.requireNonNullElse(event.getMessage(), ""))
                        .find();
    }
}
