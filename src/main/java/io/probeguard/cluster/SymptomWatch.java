package io.probeguard.cluster;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.probeguard.node.Observation;
import io.probeguard.runtime.Catalogue;
import io.probeguard.runtime.CatalogueEntry;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches Events of kubelets for the symptoms that the catalogue knows. No Event is kept: a watch without a version
 * brings those that the API server still has, by default of the last hour, and then each as it comes.
 */
final class SymptomWatch implements AutoCloseable {
    /** Of {@code pkg/kubelet/events/event.go}; the API server can select by one only, so that each has its watch. */
    private static final List<String> REASONS = List.of("Unhealthy", "FailedPostStartHook", "FailedPreStopHook");

    private static final int SECONDS_TO_RETRY = 10;
    private static final Logger LOG = LoggerFactory.getLogger(SymptomWatch.class);

    private final KubernetesClient client;
    private final Catalogue catalogue;
    private final Predicate<String> isNode;
    private final Sightings sightings = new Sightings();
    private final Map<String, Watch> watches = new ConcurrentHashMap<>();
    private final ScheduledExecutorService starter =
            Executors.newSingleThreadScheduledExecutor(Daemons.named("symptoms"));
    private @Nullable String trouble;

    /** @param isNode whether there is a node of that name; Events can name any */
    SymptomWatch(KubernetesClient client, Catalogue catalogue, Predicate<String> isNode) {
        this.client = client;
        this.catalogue = catalogue;
        this.isNode = isNode;
    }

    void start() {
        REASONS.forEach(reason -> startSoon(reason, 0));
    }

    Map<String, Observation> at(Instant now) {
        return sightings.at(now);
    }

    private void startSoon(String reason, int seconds) {
        if (!starter.isShutdown()) {
            Future<?> unused = starter.schedule(() -> start(reason), seconds, TimeUnit.SECONDS);
        }
    }

    private void start(String reason) {
        try {
            watches.put(
                    reason,
                    client.v1()
                            .events()
                            .inAnyNamespace()
                            .withField("involvedObject.kind", "Pod")
                            .withField("reason", reason)
                            .watch(new EventWatcher(reason)));
            trouble = null;
        } catch (KubernetesClientException e) {
            String message = String.valueOf(e.getMessage());
            if (!message.equals(trouble)) {
                trouble = message;
                LOG.warn("cannot watch Events of reason {}, trying on: {}", reason, message);
            }
            startSoon(reason, SECONDS_TO_RETRY);
        }
    }

    private final class EventWatcher implements Watcher<Event> {
        private final String reason;

        EventWatcher(String reason) {
            this.reason = reason;
        }

        @Override
        public void eventReceived(Action action, Event event) {
            if (action == Action.ADDED || action == Action.MODIFIED) {
                look(event);
            }
        }

        /** The client has given up, as after {@code 410 Gone}. */
        @Override
        public void onClose(WatcherException cause) {
            startSoon(reason, SECONDS_TO_RETRY);
        }
    }

    private void look(Event event) {
        String message = event.getMessage();
        String node = node(event);
        if (message == null || node == null || !isNode.test(node) || event.getInvolvedObject() == null) {
            return;
        }
        Optional<CatalogueEntry> build = catalogue.bySymptom(message);
        Instant at = time(event);
        if (at != null
                && (build.isPresent() || catalogue.generalSymptom(message).isPresent())) {
            sightings.saw(
                    node,
                    String.valueOf(event.getInvolvedObject().getNamespace()),
                    String.valueOf(event.getInvolvedObject().getName()),
                    at,
                    build.orElse(null));
        }
    }

    /** Older kubelets name themselves as source, newer ones may do as reporting instance. */
    private static @Nullable String node(Event event) {
        String host = event.getSource() == null ? null : event.getSource().getHost();
        return host == null || host.isEmpty() ? event.getReportingInstance() : host;
    }

    /** When it was last seen. */
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
                .map(SymptomWatch::parse)
                .findFirst()
                .orElse(null);
    }

    private static @Nullable Instant parse(String time) {
        try {
            return OffsetDateTime.parse(time).toInstant();
        } catch (DateTimeException e) {
            return null;
        }
    }

    @Override
    public void close() {
        starter.shutdownNow();
        watches.values().forEach(Watch::close);
    }
}
