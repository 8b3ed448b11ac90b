package io.probeguard.probe;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a pod's status says of it now.
 *
 * @param restarts of all its containers together
 * @param since when its condition Ready became what it is; null where that is not known
 * @param running whether all of its containers run now, so that they are probed
 * @param lastRestart when a container ended that was started again, the last time; null where none was
 */
public record PodState(
        int restarts,
        boolean ready,
        @Nullable Instant since,
        boolean running,
        @Nullable Instant lastRestart) {
    /** Most pods are Ready sooner. */
    private static final Duration STARTING = Duration.ofMinutes(2);

    private static final Duration RECENT = Duration.ofHours(1);

    /** Whether it has not been Ready for two minutes, or a container was restarted within the last hour. */
    public boolean isFailing(Instant now) {
        boolean isUnready = !ready && since != null && since.isBefore(now.minus(STARTING));
        return isUnready || (lastRestart != null && lastRestart.isAfter(now.minus(RECENT)));
    }

    /** {@code not Ready since 2026-11-27T10:00:00Z}. */
    public String readiness() {
        return (ready ? "Ready" : "not Ready") + (since == null ? "" : " since " + since);
    }

    /** Reads {@code status} of a pod as JSON has it; null where it has no condition Ready, as before the pod is scheduled. */
    static @Nullable PodState of(@Nullable Object status) {
        if (!(status instanceof Map<?, ?> fields)) {
            return null;
        }
        Map<?, ?> ready = items(fields.get("conditions"))
                .filter(condition -> "Ready".equals(condition.get("type")))
                .findFirst()
                .orElse(null);
        if (ready == null) {
            return null;
        }
        List<Map<?, ?>> containers = Stream.of("containerStatuses", "initContainerStatuses")
                .flatMap(field -> items(fields.get(field)))
                .toList();
        int restarts = containers.stream()
                .map(container -> container.get("restartCount"))
                .mapToInt(count -> count instanceof Integer number ? number : 0)
                .sum();
        Instant lastRestart = containers.stream()
                .map(PodState::lastEnd)
                .filter(Objects::nonNull)
                .max(Comparator.naturalOrder())
                .orElse(null);
        return new PodState(
                restarts,
                "True".equals(ready.get("status")),
                time(ready.get("lastTransitionTime")),
                items(fields.get("containerStatuses")).allMatch(PodState::isRunning),
                lastRestart);
    }

    private static boolean isRunning(Map<?, ?> container) {
        return container.get("state") instanceof Map<?, ?> state && state.get("running") != null;
    }

    /** When the container before this one ended. */
    private static @Nullable Instant lastEnd(Map<?, ?> container) {
        return container.get("lastState") instanceof Map<?, ?> state
                        && state.get("terminated") instanceof Map<?, ?> terminated
                ? time(terminated.get("finishedAt"))
                : null;
    }

    private static Stream<Map<?, ?>> items(@Nullable Object list) {
        return list instanceof List<?> items
                ? items.stream().filter(Map.class::isInstance).map(item -> (Map<?, ?>) item)
                : Stream.empty();
    }

    private static @Nullable Instant time(@Nullable Object text) {
        try {
            return text instanceof String time ? OffsetDateTime.parse(time).toInstant() : null;
        } catch (DateTimeException e) {
            return null;
        }
    }
}
