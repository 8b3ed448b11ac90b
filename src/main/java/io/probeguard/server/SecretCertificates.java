package io.probeguard.server;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.probeguard.cluster.CertificateWatch;
import io.probeguard.http.ServingCertificate;
import io.probeguard.tls.ServingPair;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Certificates in a Secret: none until the API server has answered, and from then on the newest one there. */
final class SecretCertificates implements CertificateSource {
    private final KubernetesClient client;
    private final String secret;
    private @Nullable CertificateWatch watch;
    private volatile boolean hasCertificate;

    SecretCertificates(KubernetesClient client, String secret) {
        this.client = client;
        this.secret = secret;
    }

    @Override
    public ServingPair first() {
        return ServingCertificate.placeholder();
    }

    @Override
    public void start(Consumer<ServingPair> serve) {
        watch = new CertificateWatch(client, secret, set -> {
            serve.accept(set.serving());
            hasCertificate = true;
        });
        watch.start();
    }

    @Override
    public @Nullable String notReady() {
        return hasCertificate ? null : "waiting for a serving certificate";
    }

    @Override
    public @Nullable String notUsed() {
        return watch == null ? null : watch.notUsed();
    }

    @Override
    public @Nullable String trusted() {
        return null;
    }

    @Override
    public void close() {
        if (watch != null) {
            watch.close();
        }
    }
}
