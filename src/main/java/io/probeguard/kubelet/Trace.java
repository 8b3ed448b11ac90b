package io.probeguard.kubelet;

import io.probeguard.probe.Handler;
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
    private final Map<HandlerKey, Calls> calls = new HashMap<>();
    private boolean over;

    /** A probe or hook of a container, by the container's name. */
    record HandlerKey(String container, Handler handler) {}

    /** What became of the calls of one probe or hook. */
    static final class Calls {
        /** Whether the kubelet called it, whatever came of that. */
        boolean any;

        boolean succeeded;
        boolean failed;
        /** Whether the kubelet discarded a result. */
        boolean errored;
        /** How often the container was killed because of it. */
        int kills;
        /** How long after its start it ended for the first time because of it; seconds. */
        double firstKill = Double.NaN;
    }

    Calls calls(String container, Handler handler) {
        return calls.computeIfAbsent(new HandlerKey(container, handler), first -> new Calls());
    }

    Map<HandlerKey, Calls> calls() {
        return calls;
    }

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
