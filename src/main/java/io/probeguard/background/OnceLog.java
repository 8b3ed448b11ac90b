package io.probeguard.background;

import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;

/** Logs what every pass finds again just once. For one thread. */
final class OnceLog {
    private final Logger log;
    private final Set<String> logged = new HashSet<>();

    OnceLog(Logger log) {
        this.log = log;
    }

    /** Logs a limitation, unless it was logged before. */
    void warn(String limitation) {
        warn(limitation, "");
    }

    /**
     * Logs a limitation with its cause, unless it was logged before, whatever its cause was then: causes name the object
     * that a request was about, of which there are many.
     */
    void warn(String limitation, String cause) {
        if (logged.add(limitation)) {
            log.warn("{}{}", limitation, cause.isEmpty() ? "" : ": " + cause);
        }
    }
}
