package io.probeguard.server;

import io.probeguard.cluster.BackgroundThread;
import io.probeguard.text.Failures;
import io.probeguard.text.RepeatedFailureLog;
import io.probeguard.text.Wording;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads something from files every few seconds, and hands it over when it has changed. Whatever happens to the files, the
 * last that could be used stays in use. Nothing is asked of the file system but to read: its notifications tell nothing of
 * what a symbolic link leads to, nor of a folder that was removed and made again.
 */
final class FileWatch<T> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FileWatch.class);

    private static final Duration INTERVAL = Duration.ofSeconds(5);

    private final String what;
    private final Reader<T> reader;
    private final Taker<T> taker;
    private final RepeatedFailureLog failureLog = new RepeatedFailureLog(LOG, FileWatch::message);
    private final BackgroundThread thread;
    private T present;

    /** Reads the files. */
    interface Reader<T> {
        /** @throws IOException if they cannot be used, saying which and why */
        T read() throws IOException;
    }

    /** Uses what was read. */
    interface Taker<T> {
        /** @throws IOException if it cannot be used, saying why; nothing changes then */
        void take(T next) throws IOException;
    }

    /**
     * @param what is read, for messages: {@code the client CA in ca.crt}
     * @param present is in use already
     */
    FileWatch(String what, T present, Reader<T> reader, Taker<T> taker) {
        this.what = what;
        this.present = present;
        this.reader = reader;
        this.taker = taker;
        this.thread = new BackgroundThread("files");
    }

    void start() {
        thread.repeat(INTERVAL, INTERVAL, this::look);
    }

    /** Reads them once; called by one thread at a time. */
    void look() {
        try {
            T next = reader.read();
            if (!next.equals(present)) {
                taker.take(next);
                present = next;
                LOG.info("{} has changed and is in use", what);
            }
            failureLog.end();
        } catch (IOException | RuntimeException e) {
            failureLog.say(what + " is not used", e);
        }
    }

    private static String message(Throwable e) {
        return Wording.clean(
                e instanceof IOException failed ? Failures.message(failed) : String.valueOf(e.getMessage()));
    }

    /** Why that which is in the files now is not in use; null if it is. */
    @Nullable
    String notUsed() {
        String reason = failureLog.reason();
        return reason == null ? null : what + " is not used: " + reason;
    }

    @Override
    public void close() {
        thread.close();
    }
}
