package io.probeguard.server;

import io.probeguard.http.CallerAuthentication;
import io.probeguard.policy.Policy;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The options of {@code serve}, except where cluster state and certificates come from.
 *
 * @param namespace where this runs: nothing there is ever reviewed
 * @param service name of the Service by which API servers call this, in that namespace
 * @param webhooks name of both webhook configurations, to tell whether their calls are suspended; null to tell nothing
 * @param catalogueConfigMap name of a ConfigMap in that namespace with changes of the catalogue; null for none
 * @param port of the webhooks; 0 for any free port
 * @param managementPort null for none
 * @param evidence with canaries, nodes are also labelled with their container runtime, by which these are placed
 * @param drain how long to go on serving after SIGTERM
 */
public record WebhookSettings(
        Policy policy,
        String namespace,
        String service,
        @Nullable String webhooks,
        @Nullable String catalogueConfigMap,
        CallerAuthentication callers,
        int port,
        @Nullable Integer managementPort,
        ConsoleSettings console,
        BackgroundSettings background,
        EvidenceSettings evidence,
        Duration drain) {}
