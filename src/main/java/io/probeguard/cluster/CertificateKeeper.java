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
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps our certificates in one Secret, and what API servers must trust in our two webhook configurations. Every replica
 * does the same, without a leader: each write carries the resourceVersion that it is based on, so that of concurrent
 * writes one wins, and the other replicas take over what it wrote.
 *
 * <p>While the API server does not answer, the last certificate is still served, and requests are retried.
 */
public final class CertificateKeeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CertificateKeeper.class);

    private static final Duration RETRY = Duration.ofSeconds(5);

    private final KubernetesClient client;
    private final String secretName;
    private final CaBundles bundles;
    private final Rotation rotation;
    private final Clock clock;
    private final Consumer<CertificateSet> serve;
    private final List<SharedIndexInformer<?>> informers = new ArrayList<>();
    private final AtomicBoolean isDue = new AtomicBoolean();
    private final BackgroundThread worker = new BackgroundThread("certificates");
    private @Nullable CertificateSet served;
    private @Nullable String servedVersion;
    private volatile @Nullable String notUsed;
    private final RepeatedFailureLog failureLog = new RepeatedFailureLog(LOG, ApiFailures::message);

    /**
     * @param secret name of the Secret in the client's namespace; it must exist, and may be empty
     * @param webhooks name of both our webhook configurations
     * @param serve called with every set that is to be served
     */
    public CertificateKeeper(
            KubernetesClient client,
            String secret,
            String webhooks,
            Rotation rotation,
            Clock clock,
            Consumer<CertificateSet> serve) {
        this.client = client;
        this.secretName = secret;
        this.bundles = new CaBundles(client, webhooks);
        this.rotation = rotation;
        this.clock = clock;
        this.serve = serve;
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
            CertificateSet set = readOrServed(present);
            CertificateSet next = rotation.next(set, clock.instant(), isTrusted(set));
            if (!holds(present, next)) {
                present = write(present, next);
            }
            // Read back from what was written, so that all replicas serve and trust exactly the same.
            CertificateSet current =
                    Objects.requireNonNull(CertificateSet.read(data(present)), "what was written can be read");
            if (!present.getMetadata().getResourceVersion().equals(servedVersion)) {
                serve.accept(current);
                served = current;
                servedVersion = present.getMetadata().getResourceVersion();
            }
            bundles.inject(current.trusted());
            if (informers.isEmpty()) {
                watch(secret());
                bundles.configurations().forEach(this::watch);
            }
            failureLog.end();
            notUsed = null;
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
                reconcileSoon(); // another replica wrote first
            } else {
                failureLog.say("cannot reconcile the certificates", e);
            }
        } catch (IOException e) {
            notUsed = notUsed(e);
            failureLog.say("Secret " + secretName + " is not used", e);
        } catch (RuntimeException e) {
            failureLog.say("cannot reconcile the certificates", e);
        }
    }

    private boolean isTrusted(@Nullable CertificateSet set) {
        return set != null && set.successor() != null && bundles.hold(set.trusted());
    }

    /**
     * What is in the Secret; if that cannot be used, what is served, which API servers trust. Null if there is neither: then
     * a new set is created, as in a Secret that somebody has emptied.
     */
    private @Nullable CertificateSet readOrServed(Secret present) {
        try {
            return CertificateSet.read(data(present));
        } catch (IOException e) {
            notUsed = notUsed(e);
            LOG.warn(
                    "Secret {} cannot be used, {}: {}",
                    secretName,
                    served == null ? "and is created anew" : "so that which is served is written to it",
                    e.getMessage());
            return served;
        }
    }

    private String notUsed(IOException e) {
        return "Secret " + secretName + " is not used: " + e.getMessage();
    }

    private static boolean holds(Secret secret, CertificateSet set) {
        try {
            return set.equals(CertificateSet.read(data(secret)));
        } catch (IOException e) {
            return false;
        }
    }

    private static Map<String, byte[]> data(Secret secret) {
        Map<String, byte[]> data = new HashMap<>();
        if (secret.getData() != null) {
            secret.getData()
                    .forEach((key, value) -> data.put(key, Base64.getDecoder().decode(value)));
        }
        return data;
    }

    /** Why what is in the Secret is not served, but something that was there before; null if it is. */
    public @Nullable String notUsed() {
        return notUsed;
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
