package io.probeguard.cli;

import io.probeguard.server.ConsoleSettings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where {@code serve} serves its console. */
final class ConsoleOptions {
    @Option(
            names = "--console-port",
            paramLabel = "PORT",
            description = {
                "Serve the console on this port, over HTTP and on 127.0.0.1 only; 0 for any free port.",
                "Default: no console."
            })
    private @Nullable Integer port;

    @Option(
            names = "--expose-console",
            description = "Serve the console over HTTPS, too, below /console/, to callers with a bearer token of a user"
                    + " who may get the nonResourceURL /console.")
    private boolean exposed;

    @Option(
            names = "--share-decisions",
            paramLabel = "NAME",
            description = "Share decisions between replicas, through this ConfigMap in --own-namespace.")
    private @Nullable String configMap;

    ConsoleSettings settings() {
        return new ConsoleSettings(port, exposed, configMap);
    }
}
