package io.probeguard.faults;

import io.probeguard.Cluster;
import io.probeguard.Https;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Nodes whose kubelets write their status, each once a minute as by default when something in it has changed. */
final class NodeChurn {
    private static final int AT_ONCE = 8;

    private final Cluster cluster;
    private final int count;
    private final HttpClient client;
    private final AtomicInteger written = new AtomicInteger();

    /** Creates so many nodes. */
    NodeChurn(Cluster cluster, int count) throws Exception {
        this.cluster = cluster;
        this.count = count;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(Https.trusting(Files.readString(cluster.authority())))
                .build();
        ExecutorService writers = Executors.newFixedThreadPool(AT_ONCE);
        for (int i = 0; i < count; i++) {
            String node = """
                    {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "churn-%d", "labels": {"churn": "yes"}},
                     "status": {"nodeInfo": {"containerRuntimeVersion": "containerd://2.2.9", "kubeletVersion": "v1.37.2"}}}
                    """.formatted(i);
            writers.execute(() -> send("POST", "", "application/json", node));
        }
        finish(writers);
        if (written.getAndSet(0) != count) {
            throw new IllegalStateException("not all nodes were created");
        }
    }

    /** Has each of them change once a minute, for this long; returns how many changes were taken. */
    int run(Duration duration) throws InterruptedException {
        AtomicInteger turn = new AtomicInteger();
        ExecutorService writers = Executors.newFixedThreadPool(AT_ONCE);
        Pace pace = new Pace(count / 60.0, () -> writers.execute(() -> change(turn.getAndIncrement() % count)));
        TimeUnit.NANOSECONDS.sleep(duration.toNanos());
        pace.stop();
        finish(writers);
        return written.get();
    }

    private void change(int node) {
        send(
                "PATCH",
                "/churn-" + node + "/status",
                "application/merge-patch+json",
                "{\"status\": {\"conditions\": [{\"type\": \"Ready\", \"status\": \"True\", \"lastHeartbeatTime\": \""
                        + Instant.now().truncatedTo(ChronoUnit.SECONDS) + "\"}]}}");
    }

    private void send(String method, String path, String type, String body) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(cluster.server() + "/api/v1/nodes" + path))
                .header("Authorization", "Bearer admin-token")
                .header("Content-Type", type)
                .method(method, BodyPublishers.ofString(body))
                .build();
        try {
            if (client.send(request, BodyHandlers.discarding()).statusCode() < 300) {
                written.incrementAndGet();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void finish(ExecutorService writers) throws InterruptedException {
        writers.shutdown();
        if (!writers.awaitTermination(5, TimeUnit.MINUTES)) {
            throw new IllegalStateException("the API server is too slow");
        }
    }

    /** Deletes them. */
    void end() throws Exception {
        cluster.ok("", "delete", "nodes", "-l", "churn=yes", "--wait=false");
    }
}
