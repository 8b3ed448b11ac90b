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
 * @param port of the webhooks; 0 for any free port
 * @param managementPort null for none
 * @param watched with canaries, nodes are also labelled with their container runtime, by which these are placed
 * @param drain how long to go on serving after SIGTERM
 */
public record WebhookSettings(
        Policy policy,
        String namespace,
        String service,
        @Nullable String webhooks,
        CallerAuthentication callers,
        int port,
        @Nullable Integer managementPort,
        ConsoleSettings console,
        BackgroundSettings background,
        WatchSettings watched,
        Duration drain) {}
