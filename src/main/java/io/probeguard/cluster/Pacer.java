package io.probeguard.cluster;

import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;

/** Spaces requests to the API server evenly. For one thread. */
public final class Pacer {
    private final long nanosBetween;
    private long next = System.nanoTime();

    /** @param maxPerSecond requests per second */
    public Pacer(int maxPerSecond) {
        this.nanosBetween = TimeUnit.SECONDS.toNanos(1) / maxPerSecond;
    }

    /**
     * Waits until the next request may be sent.
     *
     * @throws CancellationException if the thread is interrupted, as a {@link BackgroundThread} is when it is closed
     */
    public void await() {
        long now = System.nanoTime();
        long wait = Math.max(0, next - now);
        next = now + wait + nanosBetween;
        try {
            TimeUnit.NANOSECONDS.sleep(wait);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("closing");
        }
    }
}
