package io.probeguard.cluster;

import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;

/** Spaces what is asked of the API server evenly. For one thread. */
public final class Pacer {
    private final long nanosBetween;
    private long next = System.nanoTime();

    public Pacer(int timesASecond) {
        this.nanosBetween = TimeUnit.SECONDS.toNanos(1) / timesASecond;
    }

    /**
     * Waits until the next may go.
     *
     * @throws CancellationException if the thread is interrupted, as those of a part that closes are
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
