package io.probeguard.cluster;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** What keeps something from being done that is tried again and again: each is said once, until it is over. */
public final class Trouble {
    private final Logger log;
    private final AtomicReference<@Nullable String> present = new AtomicReference<>();

    /** @param log of whoever tries */
    public Trouble(Logger log) {
        this.log = log;
    }

    /** Says it, unless it is what was said last. */
    public void say(String what, Throwable e) {
        String message = ApiFailures.message(e);
        if (!message.equals(present.getAndSet(message))) {
            log.warn("{}, trying on: {}", what, message);
        }
    }

    /** The next one is said whatever it is. */
    public void end() {
        present.set(null);
    }

    /** Whether it has not ended yet. */
    public boolean isPresent() {
        return present.get() != null;
    }
}
