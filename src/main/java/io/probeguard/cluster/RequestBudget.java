package io.probeguard.cluster;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Allows a number of requests per second, and refuses the others without waiting. Thread-safe. */
final class RequestBudget {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final int maxPerSecond;
    private final LongSupplier nanoTime;
    private long start;
    private int used;

    /**
     * @param maxPerSecond requests per second
     * @param nanoTime {@link System#nanoTime()}, except in tests
     */
    RequestBudget(int maxPerSecond, LongSupplier nanoTime) {
        this.maxPerSecond = maxPerSecond;
        this.nanoTime = nanoTime;
        this.start = nanoTime.getAsLong();
    }

    /** Whether one more request is allowed now; if so, it counts. */
    synchronized boolean tryAcquire() {
        long now = nanoTime.getAsLong();
        if (now - start >= SECOND) {
            start = now;
            used = 0;
        }
        if (used == maxPerSecond) {
            return false;
        }
        used++;
        return true;
    }
}
