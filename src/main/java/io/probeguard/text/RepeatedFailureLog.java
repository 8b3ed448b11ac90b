package io.probeguard.text;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** Logs why something that is retried fails: each reason once, until another one or a success follows. */
public final class RepeatedFailureLog {
    private final Logger log;
    private final AtomicReference<@Nullable String> present = new AtomicReference<>();

    private final Function<Throwable, String> describe;

    /**
     * @param log of the caller that retries
     * @param describe says in one line what went wrong
     */
    public RepeatedFailureLog(Logger log, Function<Throwable, String> describe) {
        this.log = log;
        this.describe = describe;
    }

    /**
     * Logs a failure, unless the one before it had the same reason.
     *
     * @param what could not be done: {@code cannot list nodes}
     */
    public void say(String what, Throwable e) {
        String message = describe.apply(e);
        if (!message.equals(present.getAndSet(message))) {
            log.warn("{}, retrying: {}", what, message);
        }
    }

    /** After a success: the next failure is logged whatever its reason. */
    public void end() {
        present.set(null);
    }

    /** Why the latest attempt failed; null if it did not. */
    public @Nullable String reason() {
        return present.get();
    }
}
