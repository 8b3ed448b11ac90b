package io.probeguard.background;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.probeguard.background.BackgroundReview.Pass;
import io.probeguard.background.BackgroundReview.Publisher;
import io.probeguard.cluster.Pacer;
import io.probeguard.scan.ScanReport.ApiObject;
import io.probeguard.scan.ScanReport.Impact;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * Creates Events on workloads with pods on nodes where exec is broken, since warnings reach nobody when a controller
 * creates the pods: one for each workload, build and day, updated about hourly while it lasts, as API servers delete
 * Events after an hour. Its name is made of these, so that the next leader updates the same one.
 */
public final class OwnerEvents implements Publisher {
    static final String REASON = "ExecProbeOnBrokenNode";

    private static final String COMPONENT = "probe-guard";
    private static final int MAX_WRITES_PER_SECOND = 2;
    private static final int MAX_WRITES = 200;
    private static final Duration BETWEEN_WRITES = Duration.ofMinutes(45);
    private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Logger LOG = LoggerFactory.getLogger(OwnerEvents.class);

    private final KubernetesClient client;
    private final Clock clock;
    private final int maxWritesPerSecond;
    /** When each was written last, as far as this replica knows, so that fresh ones need no request. */
    private final Map<String, Instant> known = new HashMap<>();

    public OwnerEvents(KubernetesClient client, Clock clock) {
        this(client, clock, MAX_WRITES_PER_SECOND);
    }

    OwnerEvents(KubernetesClient client, Clock clock, int maxWritesPerSecond) {
        this.client = client;
        this.clock = clock;
        this.maxWritesPerSecond = maxWritesPerSecond;
    }

    @Override
    public void publish(Pass pass, BooleanSupplier mayGoOn) {
        PacedWriter writer = new PacedWriter(new Pacer(maxWritesPerSecond), mayGoOn);
        Set<String> present = new HashSet<>();
        int writes = 0;
        int left = 0;
        for (Impact impact : pass.report().impacts()) {
            if (impact.object() == null) {
                continue;
            }
            Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
            Event event = event(impact, impact.object(), now);
            String key = impact.namespace() + "/" + event.getMetadata().getName();
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
            LOG.info("Events on {} more workloads on flagged nodes are written later", left);
        }
    }

    /** The Event as it is created. */
    static Event event(Impact impact, ApiObject object, Instant now) {
        String build = impact.build() == null ? "" : impact.build().id();
        String day = now.atOffset(ZoneOffset.UTC).toLocalDate().toString();
        return new EventBuilder()
                .withNewMetadata()
                .withName(ObjectNames.hashed(object.name(), object.kind(), object.uid(), build, day))
                .withNamespace(impact.namespace())
                .endMetadata()
                .withNewInvolvedObject()
                .withApiVersion(object.apiVersion())
                .withKind(object.kind())
                .withNamespace(impact.namespace())
                .withName(object.name())
                .withUid(object.uid())
                .endInvolvedObject()
                .withType("Warning")
                .withReason(REASON)
                .withMessage(impact.message())
                .withNewSource()
                .withComponent(COMPONENT)
                .endSource()
                .withFirstTimestamp(now.toString())
                .withLastTimestamp(now.toString())
                .withCount(1)
                .build();
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
