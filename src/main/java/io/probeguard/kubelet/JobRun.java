package io.probeguard.kubelet;

import io.probeguard.kubelet.PodStatus.Phase;
import io.probeguard.probe.JobLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The pods that one workload makes in one run, one after the other: for a Job, until it is complete or gives up
 * (pkg/controller/job/job_controller.go, syncJob); else only one.
 */
final class JobRun {
    private static final double FIRST_BACK_OFF = 10;
    private static final double MOST_BACK_OFF = 360;
    /** How much earlier a time may be in a status, which keeps whole seconds. */
    private static final double WHOLE_SECOND = 1;

    private final Scenario scenario;
    private final Agenda agenda;
    private final Draws draws;
    private final List<Trace> traces = new ArrayList<>();
    private @Nullable PodRun pod;
    private int failedPods;
    private boolean finished;

    JobRun(Scenario scenario, Agenda agenda, Draws draws) {
        this.scenario = scenario;
        this.agenda = agenda;
        this.draws = draws;
    }

    /** One for each pod, in order. */
    List<Trace> traces() {
        return traces;
    }

    void begin() {
        Trace trace = new Trace();
        traces.add(trace);
        PodRun next = new PodRun(scenario, agenda, draws, trace);
        pod = next;
        next.begin();
        next.status().whenWritten(() -> {
            if (next.isOver()) {
                trace.over();
            }
            if (scenario.job() != null) {
                look(next, scenario.job());
            }
        });
    }

    /** Somebody deletes the pod, if there is one. */
    void delete() {
        if (pod != null) {
            pod.delete();
        }
    }

    /** The Job has run for as long as it may. */
    void deadline() {
        if (!finished) {
            giveUp(pod);
        }
    }

    /** The controller sees the status of its pod. */
    private void look(PodRun seen, JobLimits limits) {
        if (finished || seen != pod) {
            return;
        }
        Phase phase = seen.status().phase();
        if (phase == Phase.SUCCEEDED) {
            finish(EventKind.JOB_COMPLETE, 0);
        } else if (phase == Phase.FAILED) {
            failedPods++;
            if (failedPods > limits.backoffLimit()) {
                finish(EventKind.JOB_FAILED, 0);
            } else {
                pod = null;
                replace(seen);
            }
        } else if (seen.restartPolicy().equals("OnFailure") && restarts(seen) >= Math.max(1, limits.backoffLimit())) {
            giveUp(seen);
        }
    }

    private void replace(PodRun failed) {
        double backOff = Math.min(FIRST_BACK_OFF * Math.pow(2, failedPods - 1), MOST_BACK_OFF);
        double wait = draws.anywhere(backOff);
        if (scenario.node().is(Rule.JOB_WAITS_ITS_BACK_OFF)) {
            // Since its last container ended, by the whole second that the status has of that.
            double since = lastExit(failed) - draws.anywhere(WHOLE_SECOND);
            wait = Math.max(0, since + backOff - agenda.now());
        }
        agenda.after(wait + draws.of(Delay.JOB), this::begin);
    }

    private double lastExit(PodRun over) {
        return over.containers().stream()
                .map(ContainerRun::life)
                .filter(Objects::nonNull)
                .mapToDouble(Life::exit)
                .max()
                .orElse(agenda.now());
    }

    private static int restarts(PodRun pod) {
        return pod.containers().stream().mapToInt(ContainerRun::restarts).sum();
    }

    private void giveUp(@Nullable PodRun running) {
        finish(EventKind.JOB_FAILED, running == null ? 0 : (double) running.grace());
        if (running != null) {
            agenda.after(draws.of(Delay.JOB), running::delete);
        }
    }

    /** @param podsTake seconds that its pods may take to end, for which later controllers wait */
    private void finish(EventKind how, double podsTake) {
        finished = true;
        boolean waits = scenario.node().is(Rule.JOB_FAILS_AFTER_ITS_PODS);
        Trace last = traces.get(traces.size() - 1);
        agenda.after(
                draws.of(Delay.JOB) + (waits ? draws.anywhere(podsTake) : 0), () -> last.add(how, null, agenda.now()));
    }
}
