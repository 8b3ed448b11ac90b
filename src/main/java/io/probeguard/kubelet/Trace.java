package io.probeguard.kubelet;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What happened to one pod in one run. */
final class Trace {
    /** @param container null for what happens to the pod or its node */
    record Subject(EventKind event, @Nullable String container) {}

    record Key(Subject subject, int n) {}

    private final Map<Key, Double> times = new HashMap<>();
    private final Map<Subject, Integer> counts = new HashMap<>();
    private boolean over;

    void add(EventKind event, @Nullable String container, double time) {
        Subject subject = new Subject(event, container);
        times.put(new Key(subject, counts.merge(subject, 1, Integer::sum)), time);
    }

    /** The times of all that happened; seconds of the run. */
    Map<Key, Double> times() {
        return times;
    }

    /** The same with times since a moment. */
    Trace since(double zero) {
        times.replaceAll((key, time) -> time - zero);
        return this;
    }

    /** Nothing more can happen to the pod. */
    void over() {
        over = true;
    }

    boolean isOver() {
        return over;
    }
}
