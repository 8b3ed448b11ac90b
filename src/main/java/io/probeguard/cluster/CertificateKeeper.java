package io.probeguard.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.probeguard.text.RepeatedFailureLog;
import io.probeguard.tls.CertificateSet;
import io.probeguard.tls.Rotation;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps our certificates in one Secret, and what API servers must trust in our two webhook configurations. Every replica
 * does the same, without a leader: each write carries the resourceVersion that it is based on, so that of concurrent
 * writes one wins. While the API server does not answer, requests are retried.
 */
public final class CertificateKeeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CertificateKeeper.class);

    private static final Duration RETRY = Duration.ofSeconds(5);

    private final KubernetesClient client;
    private final String secretName;
    private final CaBundles bundles;
    private final Rotation rotation;
    private final Clock clock;
    private final List<SharedIndexInformer<?>> informers = new ArrayList<>();
    private final AtomicBoolean isDue = new AtomicBoolean();
    private final BackgroundThread worker = new BackgroundThread("certificates");
    /** What was last read from the Secret or written to it. */
    private @Nullable CertificateSet last;

    private final RepeatedFailureLog failureLog = new RepeatedFailureLog(LOG, ApiFailures::message);

    /**
     * @param secret name of the Secret in the client's namespace; it must exist, and may be empty
     * @param webhooks name of both our webhook configurations
     */
    public CertificateKeeper(KubernetesClient client, String secret, String webhooks, Rotation rotation, Clock clock) {
        this.client = client;
        this.secretName = secret;
        this.bundles = new CaBundles(client, webhooks);
        this.rotation = rotation;
        this.clock = clock;
    }

    /** Starts to keep them, and does not wait. */
    public void start() {
        worker.execute(this::reconcileForever);
    }

    /** Reconciles now, and again at every interval; sooner after a failure. */
    private void reconcileForever() {
        reconcile();
        Duration wait =
                failureLog.reason() == null || rotation.interval().compareTo(RETRY) < 0 ? rotation.interval() : RETRY;
        worker.schedule(wait, this::reconcileForever);
    }

    private Resource<Secret> secret() {
        return client.secrets().withName(secretName);
    }

    /** Reconciles on every change of the object. */
    private <T extends HasMetadata> void watch(Resource<T> resource) {
        SharedIndexInformer<T> informer = resource.runnableInformer(0)
                .exceptionHandler((started, e) -> true)
                .addEventHandler(new ResourceEventHandler<T>() {
                    @Override
                    public void onAdd(T object) {
                        reconcileSoon();
                    }

                    @Override
                    public void onUpdate(T before, T object) {
                        reconcileSoon();
                    }

                    @Override
                    public void onDelete(T object, boolean finalStateUnknown) {
                        reconcileSoon();
                    }
                });
        informers.add(informer);
        informer.start();
    }

    private void reconcileSoon() {
        if (isDue.compareAndSet(false, true)) {
            worker.execute(this::reconcile);
        }
    }

    /** Checks everything and does what is due; called by the worker alone. */
    void reconcile() {
        isDue.set(false);
        try {
            Secret present = secret().get();
            if (present == null) {
                throw new IOException("not found; create it empty, as the chart does");
            }
            CertificateSet set = readOrLast(present);
            CertificateSet next = rotation.next(set, clock.instant(), isTrusted(set));
            if (!holds(present, next)) {
                present = write(present, next);
            }
            // Read back from what was written: exactly that is served.
            CertificateSet current =
                    Objects.requireNonNull(CertificateWatch.certificates(present), "what was written can be read");
            last = current;
            bundles.inject(current.trusted());
            if (informers.isEmpty()) {
                watch(secret());
                bundles.configurations().forEach(this::watch);
            }
            failureLog.end();
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
                reconcileSoon(); // another replica wrote first
            } else {
                failureLog.say("cannot reconcile the certificates", e);
            }
        } catch (IOException e) {
            failureLog.say("Secret " + secretName + " cannot be used", e);
        } catch (RuntimeException e) {
            failureLog.say("cannot reconcile the certificates", e);
        }
    }

    private boolean isTrusted(@Nullable CertificateSet set) {
        return set != null && set.successor() != null && bundles.hold(set.trusted());
    }

    /**
     * What is in the Secret; if that cannot be used, what was there before, which is served and trusted. Null if there is
     * neither: then a new set is created, as in a Secret that somebody has emptied.
     */
    private @Nullable CertificateSet readOrLast(Secret present) {
        try {
            return CertificateWatch.certificates(present);
        } catch (IOException e) {
            LOG.warn(
                    "Secret {} cannot be used, {}: {}",
                    secretName,
                    last == null ? "and is created anew" : "so that what was there before is written to it",
                    e.getMessage());
            return last;
        }
    }

    private static boolean holds(Secret secret, CertificateSet set) {
        try {
            return set.equals(CertificateWatch.certificates(secret));
        } catch (IOException e) {
            return false;
        }
    }

    private Secret write(Secret present, CertificateSet next) {
        Map<String, String> data = new HashMap<>();
        next.toData().forEach((key, value) -> data.put(key, Base64.getEncoder().encodeToString(value)));
        Secret written = client.resource(present.edit().withData(data).build()).update();
        LOG.info(
                "certificates updated: serving certificate expires {}, authority expires {}{}",
                next.serving().certificate().getNotAfter().toInstant(),
                next.authority().certificate().getNotAfter().toInstant(),
                next.successor() == null ? "" : "; the next authority is trusted from now on");
        return written;
    }

    @Override
    public void close() {
        informers.forEach(SharedIndexInformer::stop);
        worker.close();
    }
}
