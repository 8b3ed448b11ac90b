package io.probeguard.background;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.probeguard.cluster.Pacer;
import io.probeguard.text.Wording;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes Events about what lasts, at a bounded rate: each is updated about hourly while it does, as API servers delete
 * Events after an hour. Who makes their names from what they are about lets the next leader update the same ones.
 */
final class LastingEvents {
    /** The API server allows 1024 characters. */
    static final int MAX_MESSAGE = 1000;

    private static final String COMPONENT = "probe-guard";

    private static final int MAX_WRITES_PER_SECOND = 2;
    private static final int MAX_WRITES = 200;
    private static final Duration BETWEEN_WRITES = Duration.ofMinutes(45);
    private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Logger LOG = LoggerFactory.getLogger(LastingEvents.class);

    private final KubernetesClient client;
    private final Clock clock;
    private final int maxWritesPerSecond;
    /** When each was written last, as far as this replica knows, so that fresh ones need no request. */
    private final Map<String, Instant> known = new HashMap<>();

    LastingEvents(KubernetesClient client, Clock clock) {
        this(client, clock, MAX_WRITES_PER_SECOND);
    }

    LastingEvents(KubernetesClient client, Clock clock, int maxWritesPerSecond) {
        this.client = client;
        this.clock = clock;
        this.maxWritesPerSecond = maxWritesPerSecond;
    }

    /**
     * Writes those that are new or due.
     *
     * @param events all that hold now, given the time
     * @param about what they are about, for the log
     */
    void publish(Function<Instant, List<Event>> events, String about, BooleanSupplier mayGoOn) {
        PacedWriter writer = new PacedWriter(new Pacer(maxWritesPerSecond), mayGoOn);
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        Set<String> present = new HashSet<>();
        int writes = 0;
        int left = 0;
        for (Event event : events.apply(now)) {
            String key = event.getMetadata().getNamespace() + "/"
                    + event.getMetadata().getName();
            present.add(key);
            if (isFresh(known.getOrDefault(key, Instant.EPOCH), now)) {
                continue;
            }
            if (writes == MAX_WRITES) {
                left++;
                continue;
            }
            writes++;
            writer.write(() -> known.put(key, write(event, now)));
        }
        writer.logRefused(LOG, "Event");
        if (writer.isStopped()) {
            return;
        }
        known.keySet().retainAll(present);
        if (left > 0) {
            LOG.info("Events on {} are written later", Wording.count(left, "more " + about));
        }
    }

    /**
     * Creates or updates it. The present one is read, not remembered: another leader may have written it, and the API
     * server may have deleted it.
     *
     * @return when it was written last
     */
    private Instant write(Event event, Instant now) {
        Resource<Event> resource = client.v1()
                .events()
                .inNamespace(event.getMetadata().getNamespace())
                .resource(event);
        Event present = resource.get();
        if (present == null) {
            resource.create();
            return now;
        }
        Instant last = instant(present.getLastTimestamp());
        if (isFresh(last, now)) {
            return last;
        }
        int times = Objects.requireNonNullElse(present.getCount(), 1);
        resource.patch(
                MERGE,
                JSON.writeValueAsString(Map.of(
                        "message", event.getMessage(), "lastTimestamp", event.getLastTimestamp(), "count", times + 1)));
        return now;
    }

    /** A new Event of this program, in the namespace of what it is about, or of cluster-scoped objects in {@code default}. */
    static Event event(String name, ObjectReference about, String type, String reason, String message, Instant now) {
        return new EventBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(about.getNamespace() == null ? "default" : about.getNamespace())
                .endMetadata()
                .withInvolvedObject(about)
                .withType(type)
                .withReason(reason)
                .withMessage(message)
                .withNewSource()
                .withComponent(COMPONENT)
                .endSource()
                .withFirstTimestamp(now.toString())
                .withLastTimestamp(now.toString())
                .withCount(1)
                .build();
    }

    private static boolean isFresh(Instant last, Instant now) {
        return now.isBefore(last.plus(BETWEEN_WRITES));
    }

    private static Instant instant(@Nullable String time) {
        try {
            return time == null ? Instant.EPOCH : Instant.parse(time);
        } catch (DateTimeException e) {
            return Instant.EPOCH;
        }
    }
}
