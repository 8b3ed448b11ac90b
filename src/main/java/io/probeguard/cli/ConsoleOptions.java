package io.probeguard.cli;

import io.probeguard.server.ConsoleSettings;
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

    ConsoleSettings settings() {
        return new ConsoleSettings(port, exposed, configMap);
    }
}
