package io.probeguard.evidence;

import io.probeguard.cluster.ApiFailures;
import io.probeguard.cluster.BackgroundThread;
import io.probeguard.cluster.Inventory;
import io.probeguard.node.Fleet;
import io.probeguard.node.Observation;
import io.probeguard.text.RepeatedFailureLog;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks Prometheus every five minutes how kubelets counted probes, and the API server for the pods of some nodes, since only
 * pods tell which handlers their probes have: nodes that are suspected, and those where series of several pods stand still,
 * fail or take long. While either does not answer, what was seen last is kept for a quarter of an hour.
 */
public final class PrometheusWatch implements AutoCloseable {
    private static final Duration INTERVAL = Duration.ofMinutes(5);
    private static final Duration FIRST = Duration.ofSeconds(10);

    /** A flag lasts for at least this long after it was seen last, so that it does not come and go. */
    private static final Duration KEPT = Duration.ofMinutes(15);

    private static final Logger LOG = LoggerFactory.getLogger(PrometheusWatch.class);

    private final Prometheus prometheus;
    private final Inventory inventory;
    private final Supplier<Fleet> fleet;
    private final BackgroundThread worker = new BackgroundThread("prometheus");
    private final RepeatedFailureLog failureLog = new RepeatedFailureLog(LOG, ApiFailures::message);
    private final LastSeen<Observation> seen = new LastSeen<>(KEPT, PrometheusWatch::since);

    /** Starts to ask. */
    public PrometheusWatch(Prometheus prometheus, Inventory inventory, Supplier<Fleet> fleet) {
        this.prometheus = prometheus;
        this.inventory = inventory;
        this.fleet = fleet;
        worker.repeat(FIRST, INTERVAL, this::ask);
    }

    /** What is seen of each node on which exec seems broken, by name. */
    public Map<String, Observation> latest() {
        return seen.values();
    }

    private void ask() {
        Instant now = Instant.now();
        Map<String, Observation> present = Map.of();
        try {
            present = CountedNodes.look(prometheus, inventory, fleet.get(), now);
            failureLog.end();
        } catch (RuntimeException e) {
            failureLog.say("cannot read how probes are counted", e);
        }
        seen.see(present, now);
    }

    private static Observation since(Observation before, Observation after) {
        return new Observation(before.since(), after.build(), after.effect(), after.workloads(), after.symptoms());
    }

    @Override
    public void close() {
        worker.close();
    }
}
