package io.probeguard.background;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.probeguard.background.BackgroundReview.Pass;
import io.probeguard.background.BackgroundReview.Publisher;
import io.probeguard.scan.ScanReport.ApiObject;
import io.probeguard.scan.ScanReport.Impact;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Creates Events on workloads with pods on nodes where exec is broken, since warnings reach nobody when a controller
 * creates the pods: one for each workload, build and day.
 */
public final class OwnerEvents implements Publisher {
    static final String REASON = "ExecProbeOnBrokenNode";

    private final LastingEvents events;

    public OwnerEvents(KubernetesClient client, Clock clock) {
        this.events = new LastingEvents(client, clock);
    }

    OwnerEvents(KubernetesClient client, Clock clock, int maxWritesPerSecond) {
        this.events = new LastingEvents(client, clock, maxWritesPerSecond);
    }

    @Override
    public void publish(Pass pass, BooleanSupplier mayGoOn) {
        events.publish(now -> events(pass, now), "workload on flagged nodes", mayGoOn);
    }

    private static List<Event> events(Pass pass, Instant now) {
        List<Event> events = new ArrayList<>();
        for (Impact impact : pass.report().impacts()) {
            if (impact.object() != null) {
                events.add(event(impact, impact.object(), now));
            }
        }
        return events;
    }

    /** The Event as it is created. */
    static Event event(Impact impact, ApiObject object, Instant now) {
        String build = impact.build() == null ? "" : impact.build().id();
        String day = now.atOffset(ZoneOffset.UTC).toLocalDate().toString();
        return LastingEvents.event(
                ObjectNames.hashed(object.name(), object.kind(), object.uid(), build, day),
                new ObjectReferenceBuilder()
                        .withApiVersion(object.apiVersion())
                        .withKind(object.kind())
                        .withNamespace(impact.namespace())
                        .withName(object.name())
                        .withUid(object.uid())
                        .build(),
                "Warning",
                REASON,
                impact.message(),
                now);
    }
}
