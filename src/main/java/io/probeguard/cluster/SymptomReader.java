package io.probeguard.cluster;

import io.fabric8.kubernetes.api.model.Event;
import io.probeguard.catalogue.Catalogue;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Records Events in which kubelets report that an exec failed as it does on a broken runtime.
 *
 * @param runtimes of each node its containerRuntimeVersion; null where there is no node of that name: Events can name any
 */
record SymptomReader(Catalogue catalogue, Function<String, @Nullable String> runtimes, SymptomTracker symptomTracker) {
    /** From {@code pkg/kubelet/events/event.go}. */
    static final List<String> REASONS = List.of("Unhealthy", "FailedPostStartHook", "FailedPreStopHook");

    void read(Event event) {
        String message = event.getMessage();
        String node = node(event);
        String runtime = node == null ? null : runtimes.apply(node);
        if (message == null || node == null || runtime == null || !isOfPod(event)) {
            return;
        }
        Instant at = time(event);
        if (at == null) {
            return;
        }
        catalogue
                .symptom(message, runtime)
                .ifPresent(symptom -> symptomTracker.record(
                        node,
                        String.valueOf(event.getInvolvedObject().getNamespace()),
                        String.valueOf(event.getInvolvedObject().getName()),
                        at,
                        symptom));
    }

    private static boolean isOfPod(Event event) {
        return event.getInvolvedObject() != null
                && "Pod".equals(event.getInvolvedObject().getKind());
    }

    /** Older kubelets name their node in the source, newer ones may do so in the reporting instance. */
    private static @Nullable String node(Event event) {
        String host = event.getSource() == null ? null : event.getSource().getHost();
        return host == null || host.isEmpty() ? event.getReportingInstance() : host;
    }

    /** When it was last seen; never in the future, whatever the clock of its node. */
    private static @Nullable Instant time(Event event) {
        return Stream.of(
                        event.getSeries() == null || event.getSeries().getLastObservedTime() == null
                                ? null
                                : event.getSeries().getLastObservedTime().getTime(),
                        event.getLastTimestamp(),
                        event.getEventTime() == null
                                ? null
                                : event.getEventTime().getTime())
                .filter(time -> time != null && !time.isEmpty())
                .map(SymptomReader::parse)
                .findFirst()
                .map(time -> time.isAfter(Instant.now()) ? Instant.now() : time)
                .orElse(null);
    }

    private static Instant parse(String time) {
        try {
            return OffsetDateTime.parse(time).toInstant();
        } catch (DateTimeException e) {
            return Instant.EPOCH; // too long ago to matter
        }
    }
}
