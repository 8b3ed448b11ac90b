package io.probeguard.cli;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.probeguard.manifest.Inputs.BadInputException;
import io.probeguard.server.ServiceNames;
import io.probeguard.server.WebhookKeeper;
import io.probeguard.tls.Rotation;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code probe-guard webhooks}: keeps the webhook configurations. */
@Command(
        name = "webhooks",
        description = {
            "Keeps the webhook configurations, for as long as it runs.",
            "Creates and renews the certificates of \"serve\" in a Secret and writes their authority into the",
            "configurations; suspends the calls of API servers while no node is flagged, and resumes them some",
            "seconds after the first flag (Kubernetes 1.16 and later). The chart runs it as a Deployment of its",
            "own, so that the pods that serve may not change webhook configurations. Logs go to standard error."
        },
        footerHeading = "%nExit codes%n",
        footer = {
            "  2  wrong usage, or a file that cannot be read",
            "  3  internal error",
            "  143  stopped by SIGTERM",
            "",
            "Whether calls are suspended is a label:",
            "  kubectl get mutatingwebhookconfigurations -L probe-guard.io/suspended"
        })
public final class WebhooksCommand implements Callable<Integer> {
    @Mixin
    private ClusterOptions cluster;

    @Mixin
    private PolicyOptions policyOptions;

    @Option(
            names = "--webhooks",
            paramLabel = "NAME",
            defaultValue = "probe-guard",
            description = "Name of both webhook configurations. Default: ${DEFAULT-VALUE}.")
    private String webhooks;

    @Option(
            names = "--certs-secret",
            paramLabel = "NAME",
            description =
                    "Keep certificates in this Secret in --own-namespace, and their authority in the configurations. "
                            + "Default: somebody else does.")
    private @Nullable String secret;

    @Option(
            names = "--ca-lifetime",
            paramLabel = "TIME",
            defaultValue = "730d",
            converter = DurationConverter.class,
            description = "Lifetime of authorities, such as 730d or 12h. Default: ${DEFAULT-VALUE}.")
    private Duration authorityLifetime;

    @Option(
            names = "--certificate-lifetime",
            paramLabel = "TIME",
            defaultValue = "90d",
            converter = DurationConverter.class,
            description = "Lifetime of serving certificates. Default: ${DEFAULT-VALUE}.")
    private Duration servingLifetime;

    @Option(
            names = "--service",
            paramLabel = "NAME",
            defaultValue = "probe-guard",
            description = "Service in --own-namespace by which API servers call. Default: ${DEFAULT-VALUE}.")
    private String service;

    @Option(
            names = "--suspend-after",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "Suspend calls once no node has been flagged for this long, such as 30s. Default: never.")
    private @Nullable Duration suspendAfter;

    @Mixin
    private WatchOptions watched;

    @Override
    public Integer call() throws Exception {
        WebhookKeeper.Settings settings = new WebhookKeeper.Settings(
                policyOptions.policy(),
                policyOptions.ownNamespace(),
                watched.settings(),
                webhooks,
                secret,
                rotation(),
                suspendAfter);
        try (KubernetesClient client = client()) {
            WebhookKeeper keeper = new WebhookKeeper(client, settings);
            Runtime.getRuntime().addShutdownHook(new Thread(keeper::close, "stop"));
            keeper.start();
            keeper.awaitClose();
        }
        return 0;
    }

    private Rotation rotation() {
        try {
            return new Rotation(
                    ServiceNames.of(service, policyOptions.ownNamespace()), authorityLifetime, servingLifetime);
        } catch (IllegalArgumentException e) {
            throw new BadInputException("--ca-lifetime, --certificate-lifetime: " + e.getMessage());
        }
    }

    private KubernetesClient client() {
        Config config = cluster.config();
        config.setNamespace(policyOptions.ownNamespace());
        return ClusterOptions.client(ClusterOptions.patient(config));
    }
}
