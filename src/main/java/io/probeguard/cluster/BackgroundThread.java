package io.probeguard.cluster;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread that runs tasks one after the other and keeps no process alive. One that throws is logged, and keeps no other
 * from running. Tasks that come after it was closed are dropped, and one that runs then is interrupted.
 */
public final class BackgroundThread implements Executor, AutoCloseable {
    /** A process that is told to stop has little time left. */
    private static final Duration LAST_TASK_TIMEOUT = Duration.ofSeconds(2);

    private static final Logger LOG = LoggerFactory.getLogger(BackgroundThread.class);

    private final String name;
    private final ScheduledThreadPoolExecutor executor;

    /** @param name of the thread, as log lines have it */
    public BackgroundThread(String name) {
        this.name = name;
        this.executor = new ScheduledThreadPoolExecutor(1, daemons(name), new ThreadPoolExecutor.DiscardPolicy());
    }

    /** Threads that keep no process alive. */
    static ThreadFactory daemons(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }

    @Override
    public void execute(Runnable task) {
        executor.execute(() -> run(task));
    }

    public void schedule(Duration delay, Runnable task) {
        Future<?> unused = executor.schedule(() -> run(task), delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    /**
     * Runs a task over and over.
     *
     * @param delay before the first run
     * @param interval between the end of a run and the beginning of the next
     */
    public void repeat(Duration delay, Duration interval, Runnable task) {
        Future<?> unused = executor.scheduleWithFixedDelay(
                () -> run(task), delay.toNanos(), interval.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            LOG.error("a task of the thread \"{}\" failed; please report this bug in probe-guard", name, e);
        }
    }

    /**
     * Runs one last task and closes; waits for it for at most 2 seconds. Whoever calls this a second time waits for the
     * first call to return, and the task of the second does not run.
     */
    public synchronized void closeAfter(Runnable lastTask) {
        if (executor.isShutdown()) {
            return;
        }
        Future<?> last = executor.submit(lastTask);
        try {
            last.get(LAST_TASK_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.debug("the last task was not completed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        close();
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
