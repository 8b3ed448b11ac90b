package io.probeguard.http;

import io.probeguard.console.ConsoleController;
import io.probeguard.console.ConsoleGate;
import org.jspecify.annotations.Nullable;

/**
 * The console as the server serves it.
 *
 * @param port on loopback, over HTTP; null for none, 0 for any free port
 */
public record ConsoleEndpoint(
        ConsoleController controller,
        ConsoleGate gate,
        @Nullable Integer port) {}
