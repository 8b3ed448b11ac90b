package io.probeguard.cluster;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
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
 * Without the API server there is no leader, and the election is retried for ever.
 */
public final class Leadership implements AutoCloseable {
    /** What the object that the chart creates, which is empty, stands for. */
    private static final LeaderElectionRecord NO_HOLDER = new LeaderElectionRecord(
            "", Duration.ofSeconds(1), Instant.EPOCH.atZone(ZoneOffset.UTC), Instant.EPOCH.atZone(ZoneOffset.UTC), 0);

    private static final Logger LOG = LoggerFactory.getLogger(Leadership.class);

    private final KubernetesClient client;
    private final String namespace;
    private final String name;
    private final Duration lease;
    private final Duration renewal;
    private final Duration retry;
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

    /**
     * @param name of the Lease in that namespace; created if it does not exist
     * @param lease how long the others wait for a holder that does not renew
     */
    public Leadership(KubernetesClient client, String namespace, String name, Duration lease) {
        this.client = client;
        this.namespace = namespace;
        this.name = name;
        this.lease = lease;
        this.renewal = lease.multipliedBy(2).dividedBy(3); // less than the lease, whatever the clocks of others
        this.retry = lease.dividedBy(6);
    }

    /** Starts to run for it, and does not wait. */
    public void start() {
        worker.execute(this::run);
    }

    /** Whether this replica may write now; asked before every write. */
    public boolean isHeld() {
        return isLeader && System.nanoTime() - renewed < renewal.toNanos();
    }

    /** A LeaderElector can be started only once. */
    private void run() {
        try {
            CompletableFuture<?> term = new LeaderElector(client, config(), worker).start();
            election = term;
            CompletableFuture<?> unused = term.whenComplete((none, e) -> runAgain());
        } catch (RuntimeException e) {
            logFailure(e);
            runAgain();
        }
    }

    private void runAgain() {
        isLeader = false;
        if (!isClosed) {
            worker.schedule(retry, this::run);
        }
    }

    private LeaderElectionConfig config() {
        boolean hasLeases = client.supports("coordination.k8s.io/v1", "Lease");
        Lock lock = hasLeases ? lease() : configMap();
        return new LeaderElectionConfig(
                new Renewals(lock),
                lease,
                renewal,
                retry,
                new LeaderCallbacks(this::lead, this::stop, leader -> {}),
                true,
                name);
    }

    private Lock lease() {
        return new LeaseLock(namespace, name, identity) {
            @Override
            protected LeaderElectionRecord toRecord(Lease lease) {
                boolean isEmpty = lease.getSpec() == null || lease.getSpec().getRenewTime() == null;
                return isEmpty ? NO_HOLDER : super.toRecord(lease);
            }

            @Override
            public synchronized @Nullable LeaderElectionRecord get(KubernetesClient ours) {
                LeaderElectionRecord present = super.get(ours);
                if (present == null) {
                    applyEmptyLease();
                    present = super.get(ours);
                }
                return present;
            }
        };
    }

    /**
     * As the chart creates it, for tools that leave Leases out, such as Argo CD. An apply, unlike a POST, names what it
     * creates, so that a role can allow this one alone.
     */
    private void applyEmptyLease() {
        client.resource(new LeaseBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withName(name)
                        .endMetadata()
                        .build())
                .fieldManager("probe-guard")
                .serverSideApply();
    }

    private Lock configMap() {
        return new ConfigMapLock(namespace, name, identity) {
            @Override
            protected LeaderElectionRecord toRecord(ConfigMap configMap) {
                return Objects.requireNonNullElse(super.toRecord(configMap), NO_HOLDER);
            }
        };
    }

    private void lead() {
        isLeader = true;
        LOG.info("became the leader {}", name);
    }

    private void stop() {
        isLeader = false;
        LOG.info("no longer the leader {}", name);
    }

    private void logFailure(RuntimeException e) {
        failureLog.say("cannot acquire or renew the leader lock " + namespace + "/" + name, e);
    }

    /** The same record, renewed when it was first seen here: the holder's clock may differ from ours. */
    private LeaderElectionRecord byOurClock(LeaderElectionRecord present) {
        if (!present.equals(observed)) {
            observed = present;
            observedSince = System.nanoTime();
        }
        return present.toBuilder()
                .renewTime(ZonedDateTime.now(ZoneOffset.UTC).minusNanos(System.nanoTime() - observedSince))
                .build();
    }

    /** Remembers when the lock was last known to be ours. */
    private final class Renewals implements Lock {
        private final Lock lock;

        Renewals(Lock lock) {
            this.lock = lock;
        }

        @Override
        public @Nullable LeaderElectionRecord get(KubernetesClient ours) {
            LeaderElectionRecord present = logging(() -> lock.get(ours));
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
            logging(() -> {
                write.run();
                return null;
            });
            renewed = before;
            failureLog.end();
        }

        private <T> @Nullable T logging(Supplier<@Nullable T> request) {
            try {
                return request.get();
            } catch (RuntimeException e) {
                logFailure(e);
                // Any other exception would stop the elector for ever, as from a Lease that somebody has edited.
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

    /** Releases it, so that another takes over at its next attempt; waits for that for at most 2 seconds. */
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
