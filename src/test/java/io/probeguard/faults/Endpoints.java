package io.probeguard.faults;

import io.probeguard.Https;
import io.probeguard.chart.Installation;
import io.probeguard.chart.Installation.Replica;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.HttpsURLConnection;

/**
 * What kubelets and the controller of endpoints are to a Deployment: a replica is in the Service while it is ready, by the
 * readiness probe of the chart (every 3 s, for 3 s, twice), and out of it within a second once its process has ended.
 */
final class Endpoints implements AutoCloseable {
    private static final int PERIOD_SECONDS = 3;
    private static final int TIMEOUT_MILLIS = 3_000;
    private static final int FAILURES = 2;

    private final Installation installation;
    private final Map<Replica, Integer> failures = new ConcurrentHashMap<>();
    private final Thread watch = new Thread(this::watch, "endpoints");
    private final ExecutorService probes = Executors.newCachedThreadPool();

    Endpoints(Installation installation) {
        this.installation = installation;
        watch.start();
    }

    private void watch() {
        try {
            for (int second = 0; ; second++) {
                dropEnded();
                if (second % PERIOD_SECONDS == 0) {
                    failures.keySet().forEach(replica -> probes.execute(() -> probe(replica)));
                }
                TimeUnit.SECONDS.sleep(1);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed
        }
    }

    /** Starts a replica, which comes into the Service once it is ready. */
    Replica start() throws IOException {
        Replica replica = installation.start("--drain=5s");
        installation.leaveOut(replica);
        failures.put(replica, FAILURES);
        return replica;
    }

    boolean has(Replica replica) {
        return installation.replicas().contains(replica);
    }

    /** Takes it out of the Service, as happens to a pod that is being deleted. */
    void remove(Replica replica) {
        failures.remove(replica);
        installation.leaveOut(replica);
    }

    private void dropEnded() {
        failures.keySet().stream()
                .filter(replica -> !replica.process().isAlive())
                .forEach(this::remove);
    }

    private void probe(Replica replica) {
        boolean ready = isReady(replica);
        Integer failed = failures.computeIfPresent(replica, (same, before) -> ready ? 0 : before + 1);
        if (failed == null || failed >= FAILURES) {
            installation.leaveOut(replica);
        } else if (ready && !has(replica)) {
            installation.replicas().add(replica);
        }
    }

    private static boolean isReady(Replica replica) {
        try {
            HttpsURLConnection connection = Https.get("https://127.0.0.1:" + replica.port() + "/readyz");
            connection.setConnectTimeout(TIMEOUT_MILLIS);
            connection.setReadTimeout(TIMEOUT_MILLIS);
            return connection.getResponseCode() == 200;
        } catch (Exception e) {
            return false;
        }
    }

    @Override
    public void close() {
        watch.interrupt();
        probes.shutdownNow();
        failures.keySet().forEach(replica -> replica.process().destroyForcibly());
    }
}
