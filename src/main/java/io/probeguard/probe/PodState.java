package io.probeguard.probe;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a pod's status says of it now.
 *
 * @param restarts of all its containers together
 * @param since when its condition Ready became what it is; null where that is not known
 */
public record PodState(
        int restarts, boolean ready, @Nullable Instant since) {

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
        int restarts = Stream.of("containerStatuses", "initContainerStatuses")
                .flatMap(field -> items(fields.get(field)))
                .map(container -> container.get("restartCount"))
                .mapToInt(count -> count instanceof Integer number ? number : 0)
                .sum();
        return new PodState(restarts, "True".equals(ready.get("status")), time(ready.get("lastTransitionTime")));
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
