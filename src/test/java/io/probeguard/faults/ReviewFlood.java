package io.probeguard.faults;

import io.probeguard.http.WarmUp;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Reviews that webhooks are asked for past the API server, over HTTP/2 as it asks, and for as long as it waits: first as many
 * as are answered, and then a multiple of these, answered or not.
 */
final class ReviewFlood {
    private static final int CONNECTIONS_OF_EACH = 8;
    private static final int UNDER_WAY_OF_EACH = 4;
    /** Java has compiled what it will by then. */
    private static final Duration MEASURED_AFTER = Duration.ofSeconds(10);

    private static final Duration MEASURED_FOR = Duration.ofSeconds(10);
    /** The chart's timeoutSeconds. */
    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    private static final String REVIEW = """
            {"kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1", "request": {"uid": "u-1", "kind": {"group": "",
             "version": "v1", "kind": "Pod"}, "namespace": "flood", "operation": "CREATE", "object": {"apiVersion": "v1",
             "kind": "Pod", "metadata": {"name": "web"}, "spec": {"containers": [{"name": "app", "image": "x",
             "livenessProbe": {"exec": {"command": ["x"]}, "periodSeconds": 4}}]}}}}
            """;

    private final AtomicLong answered = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong unanswered = new AtomicLong();
    private final List<Connection> connections = new ArrayList<>();
    private final AtomicInteger turn = new AtomicInteger();

    /** A client of its own has a connection of its own. */
    private record Connection(HttpClient client, HttpRequest review) {}

    ReviewFlood(List<URI> webhooks) {
        for (URI webhook : webhooks) {
            HttpRequest review = HttpRequest.newBuilder(webhook)
                    .timeout(TIMEOUT)
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString(REVIEW))
                    .build();
            for (int i = 0; i < CONNECTIONS_OF_EACH; i++) {
                connections.add(new Connection(
                        HttpClient.newBuilder().sslContext(WarmUp.trustingAll()).build(), review));
            }
        }
    }

    /**
     * Finds how many reviews a second are answered, and then asks for a multiple of that, as far as this machine can.
     *
     * @return what became of those that came to an end meanwhile, for a table
     */
    String exceed(int times, Duration duration) throws InterruptedException {
        double capacity = capacity();
        answered.set(0);
        refused.set(0);
        unanswered.set(0);
        Pace pace = new Pace(times * capacity, () -> {
            Connection next = connections.get(Math.floorMod(turn.getAndIncrement(), connections.size()));
            CompletableFuture<Void> unused = ask(next);
        });
        TimeUnit.NANOSECONDS.sleep(duration.toNanos());
        pace.stop();
        double seconds = duration.toNanos() / 1e9;
        return String.format(
                Locale.ROOT,
                "%.0f a second are answered at most; of %.0f more, %.0f were answered, %.0f refused",
                capacity,
                (answered.get() + refused.get() + unanswered.get()) / seconds,
                answered.get() / seconds,
                refused.get() / seconds);
    }

    /** Each connection asks for the next as soon as one of some is answered. */
    private double capacity() throws InterruptedException {
        long end = System.nanoTime() + MEASURED_AFTER.plus(MEASURED_FOR).toNanos();
        for (Connection connection : connections) {
            for (int i = 0; i < UNDER_WAY_OF_EACH; i++) {
                askAgain(connection, end);
            }
        }
        TimeUnit.NANOSECONDS.sleep(MEASURED_AFTER.toNanos());
        long before = answered.get();
        TimeUnit.NANOSECONDS.sleep(MEASURED_FOR.toNanos());
        return (answered.get() - before) / (MEASURED_FOR.toNanos() / 1e9);
    }

    private void askAgain(Connection connection, long end) {
        if (System.nanoTime() < end) {
            CompletableFuture<Void> unused = ask(connection).thenRunAsync(() -> askAgain(connection, end));
        }
    }

    private CompletableFuture<Void> ask(Connection connection) {
        return connection
                .client
                .sendAsync(connection.review, BodyHandlers.discarding())
                .handle((response, failure) -> {
                    count(response, failure).incrementAndGet();
                    return null;
                });
    }

    private AtomicLong count(HttpResponse<?> response, Throwable failure) {
        if (failure != null) {
            return unanswered;
        }
        return response.statusCode() == 200 ? answered : refused;
    }
}
