package io.probeguard.kubelet;

import java.util.PriorityQueue;
import java.util.function.Consumer;

/** The clock of one run: what is to be done, in the order of its time; what has the same time, as it was put there. */
final class Agenda {
    private record Entry(double time, long order, Runnable action) implements Comparable<Entry> {
        @Override
        public int compareTo(Entry other) {
            int byTime = Double.compare(time, other.time);
            return byTime == 0 ? Long.compare(order, other.order) : byTime;
        }
    }

    private final PriorityQueue<Entry> entries = new PriorityQueue<>();
    private double now;
    private long order;

    /** Seconds. */
    double now() {
        return now;
    }

    /** Puts off an action; with an infinite delay, for ever. */
    void after(double delay, Runnable action) {
        if (delay != Double.POSITIVE_INFINITY) {
            entries.add(new Entry(now + delay, order++, action));
        }
    }

    /** An action that is done the first time only, however many reasons there are for it. */
    static <T> Consumer<T> once(Consumer<T> action) {
        boolean[] done = {false};
        return value -> {
            if (!done[0]) {
                done[0] = true;
                action.accept(value);
            }
        };
    }

    void runNext() {
        Entry next = entries.remove();
        now = next.time;
        next.action.run();
    }

    void runUntil(double end) {
        while (!entries.isEmpty() && entries.peek().time <= end) {
            runNext();
        }
        now = end;
    }
}
