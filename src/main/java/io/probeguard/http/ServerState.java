package io.probeguard.http;

import java.time.Clock;
import java.time.Instant;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What the server's answers depend on besides the request. */
final class ServerState {
    final Clock clock = Clock.systemUTC();
    private final Supplier<@Nullable String> notReady;

    /** Whether it is warm and its real port is open. */
    volatile boolean isOpen;

    volatile boolean isStopping;

    /** Of the serving certificate. */
    volatile Instant expiry = Instant.MIN;

    /** @param notReady why it is not ready, for reasons outside of the server; null if it is */
    ServerState(Supplier<@Nullable String> notReady) {
        this.notReady = notReady;
    }

    /** Null if it is ready. */
    @Nullable
    String notReady() {
        if (isStopping) {
            return "shutting down";
        }
        if (!isOpen) {
            return "starting";
        }
        return expiry.isAfter(clock.instant()) ? notReady.get() : "the serving certificate expired at " + expiry;
    }
}
