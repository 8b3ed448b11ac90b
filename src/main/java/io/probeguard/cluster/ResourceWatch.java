package io.probeguard.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.dsl.Informable;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.probeguard.text.RepeatedFailureLog;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches objects of a kind whose names are unique and keeps only the facts that are needed of each. Whatever happens to the
 * connection, the last known facts stay until newer ones arrive: the informer lists again after a lost watch or a
 * {@code 410 Gone}, and retries for ever while the API server does not answer.
 *
 * @param <F> the facts; must have a meaningful {@code equals}
 */
public final class ResourceWatch<T extends HasMetadata, F> implements AutoCloseable {
    /** A page of 100 nodes, each with the 50 images that a kubelet reports, is about 2 MB of JSON. */
    private static final long PAGE = 100;

    private static final Logger LOG = LoggerFactory.getLogger(ResourceWatch.class);

    private final Map<String, F> facts = new ConcurrentHashMap<>();
    private final String plural;
    private final SharedIndexInformer<T> informer;
    private final Function<T, @Nullable F> keep;
    private final Consumer<Collection<String>> onChange;
    private volatile boolean isSynced;
    private final RepeatedFailureLog failureLog = new RepeatedFailureLog(LOG, ApiFailures::message);

    /** When the facts were last known to be current, by {@link System#nanoTime()}. */
    private volatile long currentAt = System.nanoTime();

    /**
     * @param empty creates an empty object
     * @param keep the facts of an object; null if it has none
     * @param onChange called with the names of all objects once everything is known, and with that of each object that
     *     changes from then on, on the watch's own thread
     */
    public ResourceWatch(
            String plural,
            Informable<T> resources,
            Supplier<T> empty,
            Function<T, @Nullable F> keep,
            Consumer<Collection<String>> onChange) {
        this.plural = plural;
        this.keep = keep;
        this.onChange = onChange;
        this.informer = resources
                .withLimit(PAGE)
                .runnableInformer(0)
                .itemStore(new SkeletonStore<>(empty))
                .exceptionHandler((started, e) -> retry(e))
                .addEventHandler(new Handler());
    }

    /** Starts to watch, and does not wait. */
    public void start() {
        informer.start();
    }

    /** Whether all objects have been listed at least once. */
    boolean isSynced() {
        return isSynced;
    }

    /** Whether the watch is connected. */
    public boolean isConnected() {
        return informer.isWatching();
    }

    /** How outdated the facts may be: since the last change, or since the watch was last seen connected; zero while it is. */
    public Duration outdatedBy() {
        if (isConnected()) {
            currentAt = System.nanoTime();
            return Duration.ZERO;
        }
        long since = currentAt;
        return Duration.ofNanos(System.nanoTime() - since);
    }

    /** The facts of all objects that have any. */
    public Collection<F> all() {
        return facts.values();
    }

    /** A copy of all facts, by object name. */
    Map<String, F> allByName() {
        return Map.copyOf(facts);
    }

    @Nullable
    F get(String name) {
        return facts.get(name);
    }

    @Override
    public void close() {
        informer.stop();
    }

    private boolean retry(Throwable e) {
        failureLog.say("cannot watch " + plural + ", using the last known state", e);
        return true;
    }

    private final class Handler implements ResourceEventHandler<T> {
        @Override
        public void onAdd(T object) {
            failureLog.end();
            currentAt = System.nanoTime();
            F now = keep.apply(object);
            String name = object.getMetadata().getName();
            F before = now == null ? facts.remove(name) : facts.put(name, now);
            if (!Objects.equals(now, before)) {
                changed(name);
            }
        }

        @Override
        public void onUpdate(T skeleton, T object) {
            onAdd(object);
        }

        @Override
        public void onDelete(T object, boolean finalStateUnknown) {
            currentAt = System.nanoTime();
            String name = object.getMetadata().getName();
            if (facts.remove(name) != null) {
                changed(name);
            }
        }

        /** Called after the last object of a list; the informer itself says it has synced before its handlers have run. */
        @Override
        public void onList(String resourceVersion, boolean remainedEmpty) {
            if (!isSynced) {
                isSynced = true;
                onChange.accept(List.copyOf(facts.keySet()));
            }
        }

        private void changed(String name) {
            if (isSynced) {
                onChange.accept(List.of(name));
            }
        }
    }
}
