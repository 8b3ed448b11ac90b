package io.probeguard.http;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory that all requests in flight may use, taken as their bodies arrive. Large bodies leave a quarter of it to
 * small ones, so that nobody's huge pods keep the pods of others from being reviewed.
 */
final class RequestMemory {
    /** Bytes of heap for each byte of a body, until it is answered: what bodies that are made for it can take. */
    static final int PER_BYTE = 25;

    /** In bytes of a body; chosen, with room for any ordinary pod. */
    private static final int SMALL = 64 * 1024;

    private final long limit;
    private final AtomicLong used = new AtomicLong();

    /** @param limit in bytes of heap */
    RequestMemory(long limit) {
        this.limit = limit;
    }

    /** Five eighths of the heap: the rest has the nodes, the code's own data and what connections need. */
    static RequestMemory ofHeap() {
        return new RequestMemory(Runtime.getRuntime().maxMemory() / 8 * 5);
    }

    /**
     * Takes memory for more bytes of a body.
     *
     * @param length how long the body is with them
     * @return false if there is not enough, and nothing is taken
     */
    boolean take(long bytes, long length) {
        long most = length <= SMALL ? limit : limit / 4 * 3;
        long more = bytes * PER_BYTE;
        long before = used.getAndAdd(more);
        if (before + more <= most) {
            return true;
        }
        used.addAndGet(-more);
        return false;
    }

    void giveBack(long bytes) {
        used.addAndGet(-bytes * PER_BYTE);
    }
}
