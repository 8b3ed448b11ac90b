package io.probeguard.faults;

import java.util.concurrent.TimeUnit;

/** Does something so often a second, until it is stopped; what is late is caught up with. */
final class Pace {
    private final long periodNanos;
    private final Runnable task;
    private final Thread thread = new Thread(this::run, "pace");

    Pace(double perSecond, Runnable task) {
        this.periodNanos = (long) (TimeUnit.SECONDS.toNanos(1) / perSecond);
        this.task = task;
        thread.start();
    }

    private void run() {
        try {
            for (long next = System.nanoTime(); ; next += periodNanos) {
                TimeUnit.NANOSECONDS.sleep(next - System.nanoTime());
                task.run();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // stopped
        }
    }

    void stop() {
        thread.interrupt();
    }
}
