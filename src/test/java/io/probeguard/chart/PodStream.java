package io.probeguard.chart;

import static org.awaitility.Awaitility.await;

import io.probeguard.Cluster;
import io.probeguard.Cluster.Said;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Creates one pod after the other, until it is stopped. */
final class PodStream implements AutoCloseable {
    private final Cluster cluster;
    private final String manifest;
    private final List<Created> created = new CopyOnWriteArrayList<>();
    private final Thread thread = new Thread(this::create, "pods");
    private volatile boolean stopped;

    /** One pod: when it was asked for, and what kubectl said; of one that was created, its readiness probes' periods. */
    record Created(Instant asked, int exitCode, String text) {}

    /** Starts it; NAME in the manifest becomes the name of each pod. */
    PodStream(Cluster cluster, String manifest) {
        this.cluster = cluster;
        this.manifest = manifest;
        thread.start();
    }

    private void create() {
        try {
            while (!stopped) {
                Instant asked = Instant.now();
                Said said = cluster.kubectl(
                        manifest.replace("NAME", "stream-" + created.size()),
                        "create",
                        "-f",
                        "-",
                        "-o",
                        "jsonpath={..readinessProbe.periodSeconds}");
                created.add(new Created(asked, said.exitCode(), said.text().replaceAll("(?m)^Warning:.*\\R", "")));
            }
        } catch (Exception e) {
            created.add(new Created(Instant.now(), -1, e.toString()));
        }
    }

    /** Waits until so many more have been created. */
    void awaitMore(int pods) {
        int wanted = created.size() + pods;
        await().atMost(Duration.ofMinutes(1)).until(() -> created.size() >= wanted);
    }

    /** Stops it and returns all pods, in order. */
    List<Created> stop() throws InterruptedException {
        stopped = true;
        thread.join();
        return created;
    }

    @Override
    public void close() {
        stopped = true;
    }
}
