package io.probeguard.server;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.probeguard.cluster.CertificateKeeper;
import io.probeguard.http.ServingCertificate;
import io.probeguard.tls.Rotation;
import io.probeguard.tls.ServingPair;
import java.time.Clock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Certificates in a Secret: none until the API server has answered, and from then on the newest one there. */
final class SecretCertificates implements CertificateSource {
    private final KubernetesClient client;
    private final String secret;
    private final String webhooks;
    private final Rotation rotation;
    private @Nullable CertificateKeeper keeper;
    private volatile boolean hasCertificate;

    SecretCertificates(KubernetesClient client, String secret, String webhooks, Rotation rotation) {
        this.client = client;
        this.secret = secret;
        this.webhooks = webhooks;
        this.rotation = rotation;
    }

    @Override
    public ServingPair first() {
        return ServingCertificate.placeholder();
    }

    @Override
    public void start(Consumer<ServingPair> serve) {
        keeper = new CertificateKeeper(client, secret, webhooks, rotation, Clock.systemUTC(), set -> {
            serve.accept(set.serving());
            hasCertificate = true;
        });
        keeper.start();
    }

    @Override
    public @Nullable String notReady() {
        return hasCertificate ? null : "waiting for a serving certificate";
    }

    @Override
    public @Nullable String notUsed() {
        return keeper == null ? null : keeper.notUsed();
    }

    @Override
    public @Nullable String trusted() {
        return null;
    }

    @Override
    public void close() {
        if (keeper != null) {
            keeper.close();
        }
    }
}
