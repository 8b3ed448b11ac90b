package io.probeguard.cluster;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.probeguard.catalogue.Catalogue;
import io.probeguard.node.Observation;
import io.probeguard.text.RepeatedFailureLog;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches Events of kubelets for the symptoms in the catalogue. No Event is kept: a watch without a resourceVersion starts
 * with those that the API server still has, by default of the last hour.
 */
final class SymptomWatch implements AutoCloseable {
    private static final Duration RETRY = Duration.ofSeconds(10);
    private static final Logger LOG = LoggerFactory.getLogger(SymptomWatch.class);

    private final KubernetesClient client;
    private final SymptomTracker symptomTracker = new SymptomTracker();
    private final SymptomReader reader;
    private final Map<String, Watch> watches = new ConcurrentHashMap<>();
    private final BackgroundThread starter = new BackgroundThread("symptoms");
    private final RepeatedFailureLog failureLog = new RepeatedFailureLog(LOG, ApiFailures::message);

    /** @param runtimes as {@link SymptomReader} has them */
    SymptomWatch(KubernetesClient client, Catalogue catalogue, Function<String, @Nullable String> runtimes) {
        this.client = client;
        this.reader = new SymptomReader(catalogue, runtimes, symptomTracker);
    }

    void start() {
        // A field selector can name one reason only, so each has its own watch.
        SymptomReader.REASONS.forEach(reason -> startAfter(Duration.ZERO, reason));
    }

    Map<String, Observation> at(Instant now) {
        return symptomTracker.at(now);
    }

    private void startAfter(Duration delay, String reason) {
        starter.schedule(delay, () -> start(reason));
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
            failureLog.end();
        } catch (RuntimeException e) {
            failureLog.say("cannot watch Events with reason " + reason, e);
            startAfter(RETRY, reason);
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
                reader.read(event);
            }
        }

        /** The client has given up, for example after {@code 410 Gone}. */
        @Override
        public void onClose(WatcherException cause) {
            startAfter(RETRY, reason);
        }
    }

    @Override
    public void close() {
        starter.close();
        watches.values().forEach(Watch::close);
    }
}
