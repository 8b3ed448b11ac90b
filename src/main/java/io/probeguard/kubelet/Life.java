package io.probeguard.kubelet;

import io.probeguard.probe.Handler;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;

/** One container as the runtime knows it: the state that a restart resets. */
final class Life {
    /** What the kubelet keeps of a probe of this container. */
    enum Result {
        UNKNOWN,
        SUCCESS,
        FAILURE
    }

    final double start;
    /** Results of probes, as far as there are any. */
    final Map<Handler, Result> results = new EnumMap<>(Handler.class);

    private final Agenda agenda;
    private final Map<Fault, Integer> execs = new HashMap<>();
    private final List<Runnable> whenEnded = new ArrayList<>();
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private int onTheirWay;
    private boolean exited;
    private double exit = Double.NaN;
    private int exitCode;
    private boolean stopping;
    private boolean ended;

    Life(Agenda agenda) {
        this.agenda = agenda;
        start = agenda.now();
    }

    boolean isRunning() {
        return !ended;
    }

    /** When it ended. */
    double exit() {
        return exit;
    }

    int exitCode() {
        return exitCode;
    }

    /** Counts an exec that a fault may hit; returns its number, from 1. */
    int count(Fault fault) {
        return execs.merge(fault, 1, Integer::sum);
    }

    /**
     * An exec is on its way into the container: for so long the runtime does not tell that the container has ended, and
     * Docker reports nothing about it (moby, daemon/exec.go, ExecCommands; containerd, the shim's service.go).
     */
    void lock(double seconds) {
        onTheirWay++;
        agenda.after(seconds, () -> {
            onTheirWay--;
            while (!isLocked() && !waiting.isEmpty()) {
                waiting.remove().run();
            }
        });
    }

    boolean isLocked() {
        return onTheirWay > 0;
    }

    /** Whether its process has ended, even if that is not known yet. */
    boolean hasExited() {
        return exited;
    }

    /** Does something when no exec is on its way any more, or at once; first come, first served. */
    void whenUnlocked(Runnable action) {
        if (isLocked()) {
            waiting.add(action);
        } else {
            action.run();
        }
    }

    void whenEnded(Runnable action) {
        if (ended) {
            action.run();
        } else {
            whenEnded.add(action);
        }
    }

    /** The kubelet stops it: whether for the first time. */
    boolean stop() {
        boolean first = !stopping;
        stopping = true;
        return first;
    }

    /** Its process ends; that is known when no exec is on its way. */
    void exits(double delay, int code) {
        agenda.after(delay, () -> {
            exited = true;
            whenUnlocked(() -> end(code));
        });
    }

    private void end(int code) {
        if (!ended) {
            ended = true;
            exit = agenda.now();
            exitCode = code;
            whenEnded.forEach(Runnable::run);
        }
    }
}
