package io.probeguard.evidence;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.stream.Collectors;

/**
 * What was seen last of each node, which holds for a while after that, so that it does not come and go. Written by one
 * thread, read by many.
 */
final class LastSeen<V> {
    private final Duration kept;
    private final BinaryOperator<V> update;
    private final Map<String, Seen<V>> seen = new HashMap<>();
    private volatile Map<String, V> values = Map.of();

    private record Seen<V>(V value, Instant at) {}

    /**
     * @param kept for how long
     * @param update what becomes of what was seen before and what is seen now
     */
    LastSeen(Duration kept, BinaryOperator<V> update) {
        this.kept = kept;
        this.update = update;
    }

    /** @param present by name of the node */
    void see(Map<String, V> present, Instant now) {
        present.forEach((node, value) -> seen.merge(
                node, new Seen<>(value, now), (before, after) -> new Seen<>(update.apply(before.value, value), now)));
        seen.values().removeIf(each -> each.at.isBefore(now.minus(kept)));
        values = seen.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, each -> each.getValue().value));
    }

    /** By name of the node; never blocks. */
    Map<String, V> values() {
        return values;
    }
}
