package io.probeguard.cli;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.probeguard.cluster.TokenAccess;
import io.probeguard.console.ConsoleController;
import io.probeguard.console.ConsoleData;
import io.probeguard.console.ConsoleGate;
import io.probeguard.decision.Decisions;
import io.probeguard.decision.SharedDecisions;
import io.probeguard.manifest.Inputs.BadInputException;
import io.probeguard.server.ConsoleEndpoint;
import java.time.Clock;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whether and to whom {@code serve} shows its console. */
final class ConsoleOptions {
    @Option(
            names = "--console-port",
            paramLabel = "PORT",
            description = {
                "Serves the console there, over HTTP and on 127.0.0.1 only; 0 takes any port that is free.",
                "Default: nowhere."
            })
    private @Nullable Integer port;

    @Option(
            names = "--expose-console",
            description =
                    "Serves the console over HTTPS too, below /console/, to whoever presents a bearer token of a user"
                            + " that may get the nonResourceURL /console.")
    private boolean exposed;

    @Option(
            names = "--share-decisions",
            paramLabel = "NAME",
            description = "Shows replicas each other's decisions, through this ConfigMap in --own-namespace.")
    private @Nullable String configMap;

    /** Null where it is served nowhere over HTTP. */
    @Nullable
    Integer port() {
        return port;
    }

    /**
     * The console.
     *
     * @return null where there is none
     * @throws BadInputException if tokens are to be checked and there is no cluster
     */
    @Nullable
    ConsoleEndpoint console(ConsoleData source, @Nullable KubernetesClient client) {
        if (port == null && !exposed) {
            return null;
        }
        if (exposed && client == null) {
            throw new BadInputException("--expose-console: without a cluster there is nobody to ask about tokens");
        }
        TokenAccess tokens = exposed ? new TokenAccess(client, ConsoleController.PATH) : null;
        return new ConsoleEndpoint(new ConsoleController(source), new ConsoleGate(tokens), port);
    }

    /** Null where they are not shared. */
    @Nullable
    SharedDecisions sharing(@Nullable KubernetesClient client, String namespace, String replica, Decisions own) {
        return configMap == null || client == null
                ? null
                : new SharedDecisions(client, namespace, configMap, replica, own, Clock.systemUTC());
    }

    /** The name of this process, in a cluster after its pod. */
    static String replica() {
        return System.getenv().getOrDefault("HOSTNAME", "probe-guard") + "-"
                + UUID.randomUUID().toString().substring(0, 5);
    }
}
