package io.probeguard.background;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.probeguard.cluster.BackgroundThread;
import io.probeguard.text.Wording;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Creates Events on the ConfigMap of the catalogue while what is in it cannot be used, by the leader alone. */
public final class CatalogueEvents implements AutoCloseable {
    static final String REJECTED = "CatalogueRejected";

    private static final Duration INTERVAL = Duration.ofSeconds(2);

    private final LastingEvents events;
    private final Supplier<@Nullable Rejection> rejection;
    private final BooleanSupplier isLeader;
    private final BackgroundThread worker = new BackgroundThread("catalogue-events");

    /**
     * Why a ConfigMap is not used.
     *
     * @param configMap as Events refer to it
     */
    public record Rejection(ObjectReference configMap, String reason) {}

    /** @param rejection null while there is none */
    public CatalogueEvents(
            KubernetesClient client, Clock clock, Supplier<@Nullable Rejection> rejection, BooleanSupplier isLeader) {
        this.events = new LastingEvents(client, clock);
        this.rejection = rejection;
        this.isLeader = isLeader;
    }

    /** Starts to look, and does not wait. */
    public void start() {
        worker.repeat(INTERVAL, INTERVAL, this::publish);
    }

    void publish() {
        Rejection present = rejection.get();
        if (isLeader.getAsBoolean()) {
            events.publish(now -> present == null ? List.of() : List.of(event(present, now)), "ConfigMap", isLeader);
        }
    }

    private static Event event(Rejection rejection, Instant now) {
        ObjectReference configMap = rejection.configMap;
        return LastingEvents.event(
                ObjectNames.hashed(configMap.getName(), REJECTED, configMap.getUid(), rejection.reason),
                configMap,
                "Warning",
                REJECTED,
                Wording.truncate(rejection.reason, LastingEvents.MAX_MESSAGE),
                now);
    }

    @Override
    public void close() {
        worker.close();
    }
}
