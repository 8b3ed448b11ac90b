package io.probeguard.evidence;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets a command that was interrupted, as by Ctrl-C, put in order what it has begun: the thread that made this is
 * interrupted, and the process ends once it has closed this, or after a while.
 */
public final class Interruption implements AutoCloseable {
    private static final Duration LONGEST = Duration.ofSeconds(20);

    private final Thread interrupted = Thread.currentThread();
    private final CountDownLatch done = new CountDownLatch(1);
    private final Thread atExit = new Thread(this::interrupt, "interruption");
    private volatile boolean isAsked;

    public Interruption() {
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    private void interrupt() {
        isAsked = true;
        interrupted.interrupt();
        try {
            boolean unused = done.await(LONGEST.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    public boolean isAsked() {
        return isAsked;
    }

    /** What follows is not to be interrupted. */
    public static void hold() {
        boolean unused = Thread.interrupted();
    }

    @Override
    public void close() {
        done.countDown();
        if (!isAsked) {
            Runtime.getRuntime().removeShutdownHook(atExit);
        }
    }
}
