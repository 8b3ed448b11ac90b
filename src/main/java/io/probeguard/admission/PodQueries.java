package io.probeguard.admission;

import io.probeguard.node.ClusterState;
import io.probeguard.node.ClusterState.Listing;
import io.probeguard.probe.Workload;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Pods that the API server is asked for while a request waits for its answer. Only for callers that are authenticated:
 * others could ask with a made-up review what pods there are, with rights that they do not have. And only a few at once, so
 * that most threads are left for reviews that wait for nothing.
 */
final class PodQueries {
    static final int MAX_WAITING = 8;

    /** As in Pod Security Admission. */
    private static final Duration MAX_BUDGET = Duration.ofSeconds(1);

    private final ClusterState cluster;
    private final boolean knowsCallers;
    private final Semaphore waiting = new Semaphore(MAX_WAITING);

    PodQueries(ClusterState cluster, boolean knowsCallers) {
        this.cluster = cluster;
        this.knowsCallers = knowsCallers;
    }

    /** Whether callers are authenticated; nothing is asked for others. */
    boolean areAnswered() {
        return knowsCallers;
    }

    /**
     * The pods of a namespace.
     *
     * @param deadline of the request, by {@link System#nanoTime()}; what has not arrived well before is missing
     */
    Listing in(String namespace, int max, long deadline) {
        Listing listing = ask(() -> cluster.pods(namespace, max, budget(deadline)));
        return listing == null ? new Listing(List.of(), false) : listing;
    }

    /** One pod; null if there is none, or it has not arrived well before the deadline. */
    @Nullable
    Workload get(String namespace, String name, long deadline) {
        return ask(() -> cluster.pod(namespace, name, budget(deadline)));
    }

    private <T> @Nullable T ask(Supplier<@Nullable T> question) {
        if (!knowsCallers || !waiting.tryAcquire()) {
            return null;
        }
        try {
            return question.get();
        } finally {
            waiting.release();
        }
    }

    /** Half of the time left, so that the other half is left for the answer. */
    private static Duration budget(long deadline) {
        Duration half = Duration.ofNanos((deadline - System.nanoTime()) / 2);
        return half.compareTo(MAX_BUDGET) < 0 ? half : MAX_BUDGET;
    }
}
