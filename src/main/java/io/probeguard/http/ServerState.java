package io.probeguard.http;

import io.probeguard.tls.ServingPair;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What the server's answers depend on besides the request. */
final class ServerState {
    private final Health health;
    private final Clock clock;

    /** Whether it is warm and its real port is open. */
    volatile boolean isOpen;

    volatile boolean isStopping;

    volatile ServingPair served;

    /** @param served from the start on */
    ServerState(Health health, ServingPair served, Clock clock) {
        this.health = health;
        this.served = served;
        this.clock = clock;
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
        String notReady = health.notReady();
        return notReady == null ? notValid() : notReady;
    }

    private @Nullable String notValid() {
        try {
            served.checkValidity(clock.instant());
            return null;
        } catch (IOException e) {
            return "API servers refuse the serving certificate: " + e.getMessage();
        }
    }

    /** What people should look at although it is ready; null if there is nothing. */
    @Nullable
    String remark() {
        return health.remark();
    }

    /** Until the served certificate expires; negative afterwards. */
    Duration certificateRemaining() {
        return Duration.between(
                clock.instant(), served.certificate().getNotAfter().toInstant());
    }
}
