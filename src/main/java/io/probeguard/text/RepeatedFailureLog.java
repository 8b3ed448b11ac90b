package io.probeguard.text;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** What keeps something from being done that is tried again and again: each is said once, until it is over. */
public final class RepeatedFailureLog {
    private final Logger log;
    private final AtomicReference<@Nullable String> present = new AtomicReference<>();

    private final Function<Throwable, String> describe;

    /**
     * @param log of whoever tries
     * @param describe says what went wrong, in a line
     */
    public RepeatedFailureLog(Logger log, Function<Throwable, String> describe) {
        this.log = log;
        this.describe = describe;
    }

    /** Says it, unless it is what was said last. */
    public void say(String what, Throwable e) {
        String message = describe.apply(e);
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
