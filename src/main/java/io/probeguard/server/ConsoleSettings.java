package io.probeguard.server;

import org.jspecify.annotations.Nullable;

/**
 * Where the console is served, and what it shows.
 *
 * @param port on loopback, over HTTP; null for none, 0 for any free port
 * @param exposed whether it is served over HTTPS, too, to users that the API server authorizes
 * @param sharedDecisions ConfigMap through which replicas share their decisions; null for none
 */
public record ConsoleSettings(
        @Nullable Integer port, boolean exposed, @Nullable String sharedDecisions) {
    boolean isOff() {
        return port == null && !exposed;
    }
}
