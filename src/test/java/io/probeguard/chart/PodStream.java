package io.probeguard.chart;

import static org.awaitility.Awaitility.await;

import io.probeguard.Cluster;
import io.probeguard.Cluster.Said;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** Creates pods without a pause, until it is stopped. */
final class PodStream implements AutoCloseable {
    private final Cluster cluster;
    private final String manifest;
    private final List<Created> created = new CopyOnWriteArrayList<>();
    private final AtomicInteger names = new AtomicInteger();
    private final List<Thread> threads;
    private volatile boolean stopped;

    /**
     * One pod: when it was asked for, for how long, and what kubectl said; of one that was created, its readiness probes'
     * periods.
     */
    record Created(Instant asked, Duration took, int exitCode, String text) {}

    /** Starts it with so many pods at once; NAME in the manifest becomes the name of each pod. */
    PodStream(Cluster cluster, int atOnce, String manifest) {
        this.cluster = cluster;
        this.manifest = manifest;
        threads = Stream.generate(() -> new Thread(this::create, "pods"))
                .limit(atOnce)
                .toList();
        threads.forEach(Thread::start);
    }

    private void create() {
        try {
            while (!stopped) {
                Instant asked = Instant.now();
                Said said = cluster.kubectl(
                        manifest.replace("NAME", "stream-" + names.incrementAndGet()),
                        "create",
                        "-f",
                        "-",
                        "-o",
                        "jsonpath={..readinessProbe.periodSeconds}");
                created.add(new Created(
                        asked,
                        Duration.between(asked, Instant.now()),
                        said.exitCode(),
                        said.text().replaceAll("(?m)^Warning:.*\\R", "")));
            }
        } catch (Exception e) {
            created.add(new Created(Instant.now(), Duration.ZERO, -1, e.toString()));
        }
    }

    /** Waits until so many more have been created. */
    void awaitMore(int pods) {
        int wanted = created.size() + pods;
        await().atMost(Duration.ofMinutes(1)).until(() -> created.size() >= wanted);
    }

    /** Stops it and returns all pods, in the order of their answers. */
    List<Created> stop() throws InterruptedException {
        stopped = true;
        for (Thread thread : threads) {
            thread.join();
        }
        return created;
    }

    @Override
    public void close() {
        stopped = true;
    }
}
