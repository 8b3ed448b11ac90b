package io.probeguard.kubelet;

import io.probeguard.kubelet.Life.Result;
import io.probeguard.probe.Handler;
import io.probeguard.probe.Timing;
import org.jspecify.annotations.Nullable;

/** What runs one probe of a container, through all its lives (pkg/kubelet/prober/worker.go). */
final class ProbeWorker {
    /** Errors are tried again so often (prober.go, maxProbeRetries). */
    private static final int TRIES = 3;

    private final PodRun pod;
    private final ContainerRun container;
    private final Handler handler;
    private final Timing timing;
    private @Nullable Life life;
    private Result lastResult = Result.UNKNOWN;
    private int run;
    private boolean onHold;
    private boolean busy;
    /** One tick is kept while a probe runs, and one run out of turn. */
    private boolean tickKept;

    private boolean runKept;
    private int ticker;

    ProbeWorker(PodRun pod, ContainerRun container, Handler handler, Timing timing) {
        this.pod = pod;
        this.container = container;
        this.handler = handler;
        this.timing = timing;
    }

    /**
     * Begins to tick. Kubelets up to 1.20, and later ones in their first moments, sleep for a random part of the period
     * first; others tick from the pod's arrival on, and how long images, volumes and other containers keep this one from
     * starting is not known: either way the first tick is anywhere in the period.
     */
    void begin() {
        busy = pod.draws().anywhere(1) < 0.5; // it may sleep, as deaf as while it probes
        double phase = pod.draws().anywhere(timing.period());
        pod.agenda().after(phase, () -> {
            busy = false;
            tick(ticker);
            next();
        });
    }

    private void tick(int ofTicker) {
        if (ofTicker != ticker || pod.isOver()) {
            return;
        }
        pod.agenda().after(timing.period(), () -> tick(ofTicker));
        if (busy) {
            tickKept = true;
        } else {
            probe();
        }
    }

    /** A sync makes the readiness probe of a container that has started and is not Ready run out of turn. */
    void runIfNotReady() {
        PodStatus.Entry status = pod.status().of(container);
        if (handler == Handler.READINESS && status.started && !status.ready) {
            pod.agenda().after(0, this::runNow);
        }
    }

    private void runNow() {
        if (busy) {
            runKept = true;
            return;
        }
        if (pod.node().is(Rule.READINESS_PERIOD_RESTARTS)) {
            int next = ++ticker;
            pod.agenda().after(timing.period(), () -> tick(next));
        }
        probe();
    }

    private void probe() {
        PodStatus.Entry status = pod.status().of(container);
        Life current = status.life;
        if (current == null || pod.isOver()) {
            return;
        }
        if (life != current) {
            life = current;
            onHold = false;
            set(current, initial());
        }
        if (onHold) {
            return;
        }
        if (!status.running) {
            set(current, Result.FAILURE);
            return;
        }
        // What startedAt says is cut to seconds (pkg/kubelet/status, normalizeStatus).
        boolean delayed = pod.agenda().now() - Math.floor(current.start) < timing.initialDelay();
        boolean gated = status.started == (handler == Handler.STARTUP);
        if (delayed || gated) {
            return;
        }
        busy = true;
        attempt(current, TRIES);
    }

    private Result initial() {
        return switch (handler) {
            case LIVENESS -> Result.SUCCESS;
            case READINESS -> Result.FAILURE;
            default -> Result.UNKNOWN;
        };
    }

    private void attempt(Life probed, int tries) {
        pod.call(container, probed, handler, timing.timeout(), outcome -> {
            Exec.Outcome told = probed.isRunning() ? outcome : Exec.Outcome.ERROR;
            if (told == Exec.Outcome.ERROR && tries > 1) {
                attempt(probed, tries - 1);
            } else {
                probed(probed, told);
            }
        });
    }

    private void probed(Life probed, Exec.Outcome outcome) {
        busy = false;
        pod.answered(container, handler, outcome);
        if (outcome != Exec.Outcome.ERROR) {
            count(probed, outcome == Exec.Outcome.SUCCESS ? Result.SUCCESS : Result.FAILURE);
        } else if (pod.node().is(Rule.ERROR_COUNTS)) {
            count(probed, Result.FAILURE);
        }
        next();
    }

    /** Does what was kept while it was busy. */
    private void next() {
        if (busy) {
            return;
        }
        if (runKept) {
            runKept = false;
            runNow();
        } else if (tickKept) {
            tickKept = false;
            probe();
        }
    }

    private void count(Life probed, Result result) {
        run = result == lastResult ? run + 1 : 1;
        lastResult = result;
        if (run < (result == Result.FAILURE ? timing.failures() : timing.successes())) {
            return;
        }
        set(probed, result);
        if (handler == Handler.STARTUP || (handler == Handler.LIVENESS && result == Result.FAILURE)) {
            onHold = true;
            run = 0;
        }
    }

    private void set(Life probed, Result result) {
        if (probed.results.put(handler, result) != result) {
            pod.probed(container, probed, handler, result);
        }
    }
}
