package io.probeguard.background;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.probeguard.cluster.ApiFailures;
import io.probeguard.cluster.Pacer;
import io.probeguard.text.Wording;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Writes to the API server, one request at a time and at a bounded rate, until all is written, the API server does not
 * answer, or this replica may not go on. What is refused is left to the next pass. For one pass of one publisher.
 */
final class PacedWriter {
    private final Pacer pacer;
    private final BooleanSupplier mayGoOn;
    private boolean isStopped;
    private int refused;
    private @Nullable String lastFailure;

    /** @param mayGoOn checked before every write */
    PacedWriter(Pacer pacer, BooleanSupplier mayGoOn) {
        this.pacer = pacer;
        this.mayGoOn = mayGoOn;
    }

    /** Writes when it is its turn, or not at all once {@link #isStopped}. */
    void write(Runnable request) {
        if (isStopped) {
            return;
        }
        pacer.await();
        if (!mayGoOn.getAsBoolean()) {
            isStopped = true;
            return;
        }
        try {
            request.run();
        } catch (KubernetesClientException e) {
            refused++;
            lastFailure = ApiFailures.message(e);
            isStopped = e.getCode() <= 0; // no answer from the API server
        }
    }

    /** Whether the rest is left to the next pass. */
    boolean isStopped() {
        return isStopped;
    }

    /** Logs in one line what was refused, if anything was. */
    void logRefused(Logger log, String noun) {
        if (refused > 0) {
            log.warn("{} could not be written, retrying: {}", Wording.count(refused, noun), lastFailure);
        }
    }
}
