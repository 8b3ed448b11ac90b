package io.probeguard.faults;

import io.probeguard.Cluster;
import io.probeguard.Https;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Creates pods with exec probes at a steady rate, whether the API server answers those before or not. */
final class PodLoad implements AutoCloseable {
    private static final AtomicInteger NAMES = new AtomicInteger();
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    /** What became of a pod. */
    enum Outcome {
        REWRITTEN,
        /** Created, but as if there were no webhook. */
        UNJUDGED,
        /** Not created, for a reason that names a webhook. */
        FAILED,
        /** Not created, since the API server gave no answer, had no etcd, or was too busy. */
        NOT_TAKEN
    }

    /**
     * One pod.
     *
     * @param asked by System.nanoTime
     * @param why what the API server said, of a pod that was not created
     */
    record Created(long asked, Duration took, Outcome outcome, String why) {}

    private final URI pods;
    private final HttpClient client;
    private final List<Created> created = new CopyOnWriteArrayList<>();
    private final Queue<CompletableFuture<Boolean>> answers = new ConcurrentLinkedQueue<>();
    private final Pace pace;

    PodLoad(Cluster cluster, int perSecond) throws Exception {
        this.pods = cluster.server().resolve("/api/v1/namespaces/default/pods");
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1) // a connection that is lost takes only one request with it
                .connectTimeout(Duration.ofSeconds(5))
                .sslContext(Https.trusting(Files.readString(cluster.authority())))
                .build();
        pace = new Pace(perSecond, this::create);
    }

    private void create() {
        long asked = System.nanoTime();
        answers.add(client.sendAsync(request("pod-" + NAMES.incrementAndGet()), BodyHandlers.ofString())
                .handle((response, failure) -> {
                    Outcome outcome = failure == null ? outcome(response) : Outcome.NOT_TAKEN;
                    boolean good = outcome == Outcome.REWRITTEN || outcome == Outcome.UNJUDGED;
                    String why = good ? "" : failure == null ? response.body() : failure.toString();
                    return created.add(new Created(asked, Duration.ofNanos(System.nanoTime() - asked), outcome, why));
                }));
    }

    private HttpRequest request(String name) {
        return HttpRequest.newBuilder(pods)
                .timeout(PATIENCE)
                .header("Authorization", "Bearer admin-token")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("""
                        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "%s"}, "spec": {"containers": [
                          {"name": "app", "image": "x", "livenessProbe": {"exec": {"command": ["x"]}, "periodSeconds": 4}}]}}
                        """.formatted(name)))
                .build();
    }

    private static Outcome outcome(HttpResponse<String> response) {
        String body = response.body();
        if (response.statusCode() == 201) {
            return body.contains("probe-guard.io/rewritten") ? Outcome.REWRITTEN : Outcome.UNJUDGED;
        }
        boolean isBusy = response.statusCode() >= 500 || response.statusCode() == 429;
        return isBusy && !body.contains("webhook") ? Outcome.NOT_TAKEN : Outcome.FAILED;
    }

    /** Those that have been answered so far, in the order of their answers. */
    List<Created> created() {
        return List.copyOf(created);
    }

    /** Asks for no more, and waits for those that were asked for. */
    @Override
    public void close() {
        pace.stop();
        CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new)).join();
    }
}
