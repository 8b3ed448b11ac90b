package io.probeguard.cluster;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.probeguard.text.Failures;
import io.probeguard.tls.CertificateSet;
import java.io.IOException;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the certificates that a {@link CertificateKeeper} keeps in a Secret, now and at every change. While the API server
 * does not answer, and whatever else becomes of the Secret, the last ones that could be used stay.
 */
public final class CertificateWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CertificateWatch.class);

    private final KubernetesClient client;
    private final String secret;
    private final Consumer<CertificateSet> serve;
    private @Nullable SharedIndexInformer<Secret> informer;
    private volatile @Nullable String notUsed;

    /**
     * @param secret its name in the client's namespace
     * @param serve called with every set that is to be served
     */
    public CertificateWatch(KubernetesClient client, String secret, Consumer<CertificateSet> serve) {
        this.client = client;
        this.secret = secret;
        this.serve = serve;
    }

    /** Starts to watch, and does not wait. */
    public void start() {
        informer = client.secrets()
                .withName(secret)
                .runnableInformer(0)
                .exceptionHandler((started, e) -> true)
                .addEventHandler(new ResourceEventHandler<>() {
                    @Override
                    public void onAdd(Secret added) {
                        read(added);
                    }

                    @Override
                    public void onUpdate(Secret before, Secret updated) {
                        read(updated);
                    }

                    @Override
                    public void onDelete(Secret deleted, boolean finalStateUnknown) {
                        leave("it was deleted");
                    }
                });
        informer.start();
    }

    void read(Secret present) {
        try {
            CertificateSet set = certificates(present);
            if (set != null) {
                serve.accept(set);
                notUsed = null;
            }
        } catch (IOException | RuntimeException e) {
            leave(Failures.message(e));
        }
    }

    private void leave(String reason) {
        notUsed = "Secret " + secret + " is not used: " + reason;
        LOG.warn("Secret {} is not used, and the certificate in use stays: {}", secret, reason);
    }

    /** Why what is in the Secret is not served, but something that was there before; null if it is. */
    public @Nullable String notUsed() {
        return notUsed;
    }

    /** Null if it is empty. */
    static @Nullable CertificateSet certificates(Secret secret) throws IOException {
        Map<String, byte[]> data = new HashMap<>();
        if (secret.getData() != null) {
            secret.getData()
                    .forEach((key, value) -> data.put(key, Base64.getDecoder().decode(value)));
        }
        return CertificateSet.read(data);
    }

    @Override
    public void close() {
        if (informer != null) {
            informer.stop();
        }
    }
}
