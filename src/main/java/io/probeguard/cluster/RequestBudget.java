package io.probeguard.cluster;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Lets only so many go in a second, and nobody wait. For any number of threads. */
final class RequestBudget {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final int timesASecond;
    private final LongSupplier nanoTime;
    private long start;
    private int gone;

    /** @param nanoTime {@link System#nanoTime()}, but for tests */
    RequestBudget(int timesASecond, LongSupplier nanoTime) {
        this.timesASecond = timesASecond;
        this.nanoTime = nanoTime;
        this.start = nanoTime.getAsLong();
    }

    /** Whether one more may go now; if so, it is counted. */
    synchronized boolean tryAcquire() {
        long now = nanoTime.getAsLong();
        if (now - start >= SECOND) {
            start = now;
            gone = 0;
        }
        if (gone == timesASecond) {
            return false;
        }
        gone++;
        return true;
    }
}
