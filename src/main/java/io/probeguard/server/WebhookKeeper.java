package io.probeguard.server;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.probeguard.cluster.CertificateKeeper;
import io.probeguard.cluster.Leadership;
import io.probeguard.cluster.WebhookSuspension;
import io.probeguard.node.Fleet;
import io.probeguard.node.Trust;
import io.probeguard.policy.Policy;
import io.probeguard.tls.Rotation;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * All of {@code webhooks}, wired: what writes the certificates and the webhook configurations. It runs apart from the
 * webhooks themselves, so that these, which tenants can reach, have no right to it.
 */
public final class WebhookKeeper implements AutoCloseable {
    /** How soon another replica leads, if the leader dies. */
    private static final Duration LEASE = Duration.ofSeconds(10);

    private final @Nullable CertificateKeeper certificates;
    private final WatchedNodes nodes;
    private final Leadership leadership;
    private final WebhookSuspension suspension;
    private final CountDownLatch closed = new CountDownLatch(1);

    /**
     * What is kept, and the nodes by which calls are suspended.
     *
     * @param policy by which nodes are flagged as they are for {@code serve}
     * @param namespace where this runs
     * @param webhooks name of both webhook configurations
     * @param secret of the certificates; null if somebody else has them
     * @param rotation of the certificates in the Secret
     * @param suspendAfter how long no node must have been flagged before calls are suspended; null for never
     */
    public record Settings(
            Policy policy,
            String namespace,
            WatchSettings watched,
            String webhooks,
            @Nullable String secret,
            Rotation rotation,
            @Nullable Duration suspendAfter) {}

    /** Wires everything and starts nothing. */
    public WebhookKeeper(KubernetesClient client, Settings settings) {
        this.certificates = settings.secret == null
                ? null
                : new CertificateKeeper(
                        client, settings.secret, settings.webhooks, settings.rotation, Clock.systemUTC());
        this.nodes = new WatchedNodes(client, settings.policy, settings.namespace, settings.watched);
        this.leadership = new Leadership(client, settings.namespace, settings.webhooks + "-webhooks", LEASE);
        Trust trust = settings.policy.trust();
        Duration settled = settings.suspendAfter;
        this.suspension = settled == null
                ? new WebhookSuspension(client, settings.webhooks, () -> true, leadership, Duration.ZERO)
                : new WebhookSuspension(
                        client,
                        settings.webhooks,
                        () -> nodes.areKnown() ? isFlagged(nodes.fleet(), trust) : null,
                        leadership,
                        settled);
    }

    /** Whether there is a node for which the policy would do anything. */
    private static boolean isFlagged(Fleet fleet, Trust trust) {
        return fleet.flagged().stream().anyMatch(trust::acts);
    }

    /** Starts everything, and does not wait. */
    public void start() {
        if (certificates != null) {
            certificates.start();
        }
        leadership.start();
        suspension.start();
    }

    /** Returns once it was closed. */
    public void awaitClose() throws InterruptedException {
        closed.await();
    }

    /** Stops it, and lets another replica lead. */
    @Override
    public void close() {
        suspension.close();
        leadership.close();
        if (certificates != null) {
            certificates.close();
        }
        nodes.close();
        closed.countDown();
    }
}
