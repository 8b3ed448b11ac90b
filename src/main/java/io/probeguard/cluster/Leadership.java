package io.probeguard.cluster;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfig;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElector;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.ConfigMapLock;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaderElectionRecord;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.Lock;
import io.probeguard.text.RepeatedFailureLog;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether this replica is the one that writes for all: the holder of a Lease or, before Kubernetes 1.14, of a ConfigMap.
 * Without the API server nobody is, and it is tried on for ever.
 */
public final class Leadership implements AutoCloseable {
    /** How long the others wait for a holder that is not heard of. Nothing is lost meanwhile but time. */
    private static final Duration LEASE = Duration.ofSeconds(30);

    /** How long a holder that cannot renew it believes in it: well before others may take it, whatever their clocks. */
    private static final Duration RENEWAL = Duration.ofSeconds(20);

    /** What the object says that the chart makes, which is empty. */
    private static final LeaderElectionRecord NOBODYS = new LeaderElectionRecord(
            "", LEASE, Instant.EPOCH.atZone(ZoneOffset.UTC), Instant.EPOCH.atZone(ZoneOffset.UTC), 0);

    private static final Duration RETRY = Duration.ofSeconds(5);
    private static final Logger LOG = LoggerFactory.getLogger(Leadership.class);

    private final KubernetesClient client;
    private final String namespace;
    private final String name;
    private final String identity =
            Objects.requireNonNullElse(System.getenv("HOSTNAME"), "probe-guard") + "_" + UUID.randomUUID();
    private final BackgroundThread worker = new BackgroundThread("leader");
    private volatile boolean isClosed;
    private volatile boolean isLeader;
    private volatile long renewed;
    private @Nullable CompletableFuture<?> election;
    private @Nullable LeaderElectionRecord observed;
    private long observedSince;
    private final RepeatedFailureLog failureLog = new RepeatedFailureLog(LOG, ApiFailures::message);

    /** @param name of the Lease in that namespace; it is made where it is not there */
    public Leadership(KubernetesClient client, String namespace, String name) {
        this.client = client;
        this.namespace = namespace;
        this.name = name;
    }

    /** Starts to run for it, and does not wait for anything. */
    public void start() {
        worker.execute(this::run);
    }

    /** Whether this replica may write now; asked before every write. */
    public boolean isHeld() {
        return isLeader && System.nanoTime() - renewed < RENEWAL.toNanos();
    }

    /** An elector is good for one term. */
    private void run() {
        try {
            CompletableFuture<?> term = new LeaderElector(client, config(), worker).start();
            election = term;
            CompletableFuture<?> unused = term.whenComplete((none, e) -> runAgain());
        } catch (RuntimeException e) {
            complain(e);
            runAgain();
        }
    }

    private void runAgain() {
        isLeader = false;
        if (!isClosed) {
            worker.schedule(RETRY, this::run);
        }
    }

    private LeaderElectionConfig config() {
        boolean hasLeases = client.supports("coordination.k8s.io/v1", "Lease");
        Lock lock = hasLeases ? lease() : configMap();
        return new LeaderElectionConfig(
                new Renewals(lock),
                LEASE,
                RENEWAL,
                RETRY,
                new LeaderCallbacks(this::lead, this::stop, leader -> {}),
                true,
                name);
    }

    private Lock lease() {
        return new LeaseLock(namespace, name, identity) {
            @Override
            protected LeaderElectionRecord toRecord(Lease lease) {
                boolean isEmpty = lease.getSpec() == null || lease.getSpec().getRenewTime() == null;
                return isEmpty ? NOBODYS : super.toRecord(lease);
            }
        };
    }

    private Lock configMap() {
        return new ConfigMapLock(namespace, name, identity) {
            @Override
            protected LeaderElectionRecord toRecord(ConfigMap configMap) {
                return Objects.requireNonNullElse(super.toRecord(configMap), NOBODYS);
            }
        };
    }

    private void lead() {
        isLeader = true;
        LOG.info("leads the background review");
    }

    private void stop() {
        isLeader = false;
        LOG.info("no longer leads the background review");
    }

    private void complain(RuntimeException e) {
        failureLog.say("cannot run for leadership by " + namespace + "/" + name, e);
    }

    /** The same, renewed when it was first seen here as it is: its holder's clock may be another than ours. */
    private LeaderElectionRecord byOurClock(LeaderElectionRecord present) {
        if (!present.equals(observed)) {
            observed = present;
            observedSince = System.nanoTime();
        }
        return present.toBuilder()
                .renewTime(ZonedDateTime.now(ZoneOffset.UTC).minusNanos(System.nanoTime() - observedSince))
                .build();
    }

    /** Takes note of when the lock was last surely ours. */
    private final class Renewals implements Lock {
        private final Lock lock;

        Renewals(Lock lock) {
            this.lock = lock;
        }

        @Override
        public @Nullable LeaderElectionRecord get(KubernetesClient ours) {
            LeaderElectionRecord present = telling(() -> lock.get(ours));
            return present == null ? null : byOurClock(present);
        }

        @Override
        public void create(KubernetesClient ours, LeaderElectionRecord leader) {
            renewing(() -> lock.create(ours, leader));
        }

        @Override
        public void update(KubernetesClient ours, LeaderElectionRecord leader) {
            renewing(() -> lock.update(ours, leader));
        }

        private void renewing(Runnable write) {
            long before = System.nanoTime(); // others count from what was written, not from the answer
            telling(() -> {
                write.run();
                return null;
            });
            renewed = before;
            failureLog.end();
        }

        private <T> @Nullable T telling(Supplier<@Nullable T> request) {
            try {
                return request.get();
            } catch (RuntimeException e) {
                complain(e);
                // By any other the elector would be stopped for ever, such as by a Lease that somebody has edited.
                throw e instanceof KubernetesClientException ? e : new KubernetesClientException(e.getMessage(), e);
            }
        }

        @Override
        public String identity() {
            return lock.identity();
        }

        @Override
        public String describe() {
            return lock.describe();
        }
    }

    /** Gives it up, so that another takes over at its next try; waits for that no longer than 2 seconds. */
    @Override
    public void close() {
        isClosed = true;
        isLeader = false;
        worker.closeAfter(() -> {
            if (election != null) {
                election.cancel(true);
            }
        });
    }
}
