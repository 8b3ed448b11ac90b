package io.probeguard.kubelet;

import io.probeguard.kubelet.ContainerRun.Role;
import io.probeguard.kubelet.Life.Result;
import io.probeguard.kubelet.PodStatus.Phase;
import io.probeguard.kubelet.Scenario.OnTerm;
import io.probeguard.kubelet.Trace.Calls;
import io.probeguard.probe.Container;
import io.probeguard.probe.Handler;
import io.probeguard.probe.Probe;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One pod in one run, from its arrival on the node: the pod's worker, which does one thing after the other and looks at the
 * pod again when something has happened (pkg/kubelet/pod_workers.go; kuberuntime_manager.go, computePodActions and
 * SyncPod).
 */
final class PodRun {
    private static final long DEFAULT_GRACE = 30;
    /** A pod is looked at again after so many seconds at the latest, jitter aside. */
    private static final double LONGEST_RETRY = 60;

    private final Scenario scenario;
    private final Agenda agenda;
    private final Draws draws;
    private final Exec exec;
    private final Trace trace;
    private final List<ContainerRun> containers = new ArrayList<>();
    private final List<ContainerRun> inits;
    private final List<ContainerRun> regular;
    private final List<ProbeWorker> workers = new ArrayList<>();
    private final PodStatus status;
    private boolean busy;
    private boolean pending;
    private double lastEnd = Double.NEGATIVE_INFINITY;
    private double retryAt;
    private int retries;
    private boolean deleted;
    /** The container for which the runtime gives no answer; null where it answers. */
    private @Nullable Life unanswered;

    private boolean over;

    PodRun(Scenario scenario, Agenda agenda, Draws draws, Trace trace) {
        this.scenario = scenario;
        this.agenda = agenda;
        this.draws = draws;
        this.trace = trace;
        exec = new Exec(agenda, draws, scenario.node(), scenario.faults());
        add(scenario.pod().initContainers(), true);
        add(scenario.pod().containers(), false);
        inits = containers.stream()
                .filter(container -> container.role != Role.REGULAR)
                .toList();
        regular = containers.stream()
                .filter(container -> container.role == Role.REGULAR)
                .toList();
        status = new PodStatus(this);
    }

    private void add(List<Container> specs, boolean init) {
        for (int i = 0; i < specs.size(); i++) {
            Container spec = specs.get(i);
            if (spec != null) {
                String name = Objects.requireNonNullElse(spec.name(), (init ? "init " : "container ") + i);
                Role role = !init ? Role.REGULAR : isSidecar(spec) ? Role.SIDECAR : Role.INIT;
                containers.add(new ContainerRun(this, spec, name, role));
            }
        }
    }

    private boolean isSidecar(Container spec) {
        return "Always".equals(spec.restartPolicy()) && node().is(Rule.SIDECARS);
    }

    /** Whether it was meant to be a sidecar, for which this kubelet waits in vain to end. */
    static boolean neverEnds(Container initContainer) {
        return "Always".equals(initContainer.restartPolicy());
    }

    /** The pod arrives on the node. */
    void begin() {
        for (ContainerRun container : containers) {
            for (Handler handler : new Handler[] {Handler.LIVENESS, Handler.READINESS, Handler.STARTUP}) {
                Probe probe = container.spec.probe(handler);
                if (probe != null && container.role != Role.INIT) {
                    ProbeWorker worker = new ProbeWorker(this, container, handler, probe.timing());
                    workers.add(worker);
                    worker.begin();
                }
            }
        }
        busy = true;
        agenda.after(draws.of(Delay.SANDBOX), this::sync);
    }

    Agenda agenda() {
        return agenda;
    }

    Draws draws() {
        return draws;
    }

    NodeSoftware node() {
        return scenario.node();
    }

    OnTerm onTerm() {
        return scenario.onTerm();
    }

    List<ContainerRun> containers() {
        return containers;
    }

    PodStatus status() {
        return status;
    }

    String restartPolicy() {
        return Objects.requireNonNullElse(scenario.pod().restartPolicy(), "Always");
    }

    /** The pod's grace period; seconds. */
    long grace() {
        return Objects.requireNonNullElse(scenario.pod().terminationGracePeriodSeconds(), DEFAULT_GRACE);
    }

    /** Whether nothing of it runs any more, nor will. */
    boolean isOver() {
        return over;
    }

    void happened(EventKind event, @Nullable String container) {
        trace.add(event, container, agenda.now());
    }

    /** Calls a probe's or hook's handler once; see {@link Exec#call}. */
    void call(ContainerRun container, Life life, Handler handler, double timeout, Consumer<Exec.Outcome> told) {
        trace.calls(container.name, handler).any = true;
        exec.call(container.spec, life, handler, timeout, told);
    }

    /** The kubelet has the result of a probe, or of a hook; an error is discarded. */
    void answered(ContainerRun container, Handler handler, Exec.Outcome outcome) {
        Calls calls = trace.calls(container.name, handler);
        switch (outcome) {
            case SUCCESS -> calls.succeeded = true;
            case FAILURE -> calls.failed = true;
            case ERROR -> calls.errored = true;
        }
    }

    /** A container has ended because a probe or hook of it failed. */
    void killedFor(ContainerRun container, Handler handler, Life life) {
        Calls calls = trace.calls(container.name, handler);
        if (calls.kills++ == 0) {
            calls.firstKill = agenda.now() - life.start;
        }
    }

    /** Somebody deletes the pod. */
    void delete() {
        if (deleted) {
            return;
        }
        deleted = true;
        if (over) {
            gone();
        } else {
            wake();
        }
    }

    /** A container has started or ended, of which the kubelet will hear. */
    void containerChanged() {
        agenda.after(draws.of(Delay.RELIST), this::relist);
    }

    /**
     * To hear of it the kubelet asks the runtime for all containers of the pod, and knows nothing new of any pod as long as
     * that is not answered (pkg/kubelet/pleg/generic.go): over Docker, while an exec is on its way into one of them.
     */
    private void relist() {
        Life life = node().isDocker() ? firstLocked() : null;
        if (life == null) {
            unanswered = null;
            wake();
            return;
        }
        if (unanswered == null) {
            unanswered = life;
            agenda.after(draws.of(Delay.NODE_NOT_READY), () -> {
                if (unanswered == life) {
                    happened(EventKind.NODE_NOT_READY, null);
                }
            });
            life.whenUnlocked(this::relist);
        }
    }

    private @Nullable Life firstLocked() {
        for (ContainerRun container : containers) {
            if (container.isRunning() && container.lastLife().isLocked()) {
                return container.lastLife();
            }
        }
        return null;
    }

    /** A probe has a result that it did not have before. */
    void probed(ContainerRun container, Life life, Handler handler, Result result) {
        if (handler != Handler.LIVENESS) {
            status.probed(container, life, handler, result);
        }
        boolean wakes = handler == Handler.LIVENESS ? result == Result.FAILURE : node().is(Rule.RESULT_WAKES_POD);
        if (wakes) {
            wake();
        }
    }

    /** A container waits until then, in seconds of the run. */
    void retryAt(double end) {
        retryAt = Math.min(retryAt, end);
    }

    private void wake() {
        if (over) {
            return;
        }
        if (busy) {
            pending = true;
            return;
        }
        busy = true;
        // What the kubelet knows of the pod must be newer than the last sync.
        double known = lastEnd + draws.of(Delay.RELIST);
        agenda.after(Math.max(0, known - agenda.now()) + draws.of(Delay.SYNC), this::syncWhenKnown);
    }

    private void syncWhenKnown() {
        if (unanswered == null) {
            sync();
        } else {
            unanswered.whenUnlocked(this::syncWhenKnown);
        }
    }

    private void sync() {
        retryAt = Double.POSITIVE_INFINITY;
        containers.forEach(ContainerRun::look);
        status.update(phase());
        if (status.phase().isTerminal()) {
            over = true;
            if (deleted) {
                gone();
            }
            return;
        }
        if (node().is(Rule.READINESS_RUNS_AT_SYNC)) {
            for (ProbeWorker worker : workers) {
                worker.runIfNotReady();
            }
        }
        if (deleted) {
            terminate(this::terminated);
            return;
        }
        act();
    }

    private void act() {
        List<ContainerRun> toKill = new ArrayList<>();
        List<ContainerRun> toStart = new ArrayList<>();
        boolean goesOn = true;
        if (initActions(toKill, toStart)) {
            goesOn = false;
            for (ContainerRun container : regular) {
                if (!container.isRunning()) {
                    if (container.life() == null
                            || container.restartsAfter(container.life().exitCode())) {
                        toStart.add(container);
                        goesOn = true;
                    }
                } else if (container.failedProbe() != null) {
                    toKill.add(container);
                    if (container.restartsAfterProbe()) {
                        toStart.add(container);
                        goesOn = true;
                    }
                } else {
                    goesOn = true;
                }
            }
        }
        if (goesOn) {
            kill(toKill.iterator(), () -> start(toStart.iterator(), true));
        } else {
            terminate(() -> end(true));
        }
    }

    /**
     * What is to be done with the init containers: from the last to the first, as computeInitContainerActions goes.
     *
     * @return whether they have done their part
     */
    private boolean initActions(List<ContainerRun> toKill, List<ContainerRun> toStart) {
        boolean initialized = inits.isEmpty() || regular.stream().anyMatch(container -> container.life() != null);
        boolean laterOneSeen = initialized;
        for (int i = inits.size() - 1; i >= 0; i--) {
            ContainerRun container = inits.get(i);
            boolean sidecar = container.role == Role.SIDECAR;
            if (container.life() == null || (laterOneSeen && !sidecar)) {
                continue;
            }
            boolean done = sidecar ? container.hasStarted() : !container.isRunning();
            if (done && i == inits.size() - 1) {
                initialized = true;
            } else if (done && !laterOneSeen) {
                toStart.add(inits.get(i + 1));
            }
            if (sidecar && container.failedProbe() != null) {
                toKill.add(container);
                toStart.add(container);
            } else if (sidecar && !container.isRunning()) {
                toStart.add(container);
            }
            laterOneSeen = true;
        }
        if (!laterOneSeen) {
            toStart.add(inits.get(0));
        }
        Collections.reverse(toStart);
        return initialized;
    }

    /** Where one cannot be killed, nothing else is done. */
    private void kill(Iterator<ContainerRun> rest, Runnable then) {
        if (!rest.hasNext()) {
            then.run();
            return;
        }
        ContainerRun container = rest.next();
        Handler failed = container.failedProbe();
        container.stop(container.grace(failed), failed, ended -> {
            if (ended) {
                kill(rest, then);
            } else {
                end(false);
            }
        });
    }

    private void start(Iterator<ContainerRun> rest, boolean well) {
        if (rest.hasNext()) {
            rest.next().start(started -> start(rest, well && started));
        } else {
            end(well);
        }
    }

    private void end(boolean well) {
        lastEnd = agenda.now();
        busy = false;
        int retry = ++retries;
        agenda.after(well ? draws.of(Delay.RESYNC) : retryDelay(), () -> {
            if (retry == retries) {
                wake();
            }
        });
        if (pending) {
            pending = false;
            wake();
        }
    }

    private double retryDelay() {
        if (retryAt == Double.POSITIVE_INFINITY || !node().is(Rule.SYNC_AT_END_OF_BACK_OFF)) {
            return draws.of(Delay.RETRY);
        }
        double wait = Math.min(Math.max(0, retryAt - agenda.now()), LONGEST_RETRY);
        return wait * (1 + draws.of(Delay.RETRY_JITTER)) + draws.of(Delay.TICK);
    }

    /** Stops all containers at once, sidecars after the others; goes on only if all of them end. */
    private void terminate(Runnable then) {
        Runnable sandbox =
                () -> agenda.after(draws.of(node().isDocker() ? Delay.STOP_SANDBOX_DOCKER : Delay.STOP_SANDBOX), then);
        List<ContainerRun> sidecars = containers.stream()
                .filter(container -> container.role == Role.SIDECAR)
                .toList();
        List<ContainerRun> others = containers.stream()
                .filter(container -> container.role != Role.SIDECAR)
                .toList();
        stopAll(others, () -> stopAll(sidecars, sandbox));
    }

    private void stopAll(List<ContainerRun> all, Runnable then) {
        List<ContainerRun> running =
                all.stream().filter(ContainerRun::isRunning).toList();
        int[] left = {running.size()};
        boolean[] well = {true};
        Consumer<Boolean> stopped = ended -> {
            well[0] &= ended;
            left[0]--;
            if (left[0] == 0 && well[0]) {
                then.run();
            } else if (left[0] == 0) {
                containerChanged(); // the sandbox is stopped all the same
                end(false);
            }
        };
        if (running.isEmpty()) {
            then.run();
        } else {
            running.forEach(container -> container.stop(grace(), deleted ? null : container.failedProbe(), stopped));
        }
    }

    private void terminated() {
        over = true;
        containers.forEach(ContainerRun::look);
        status.update(node().is(Rule.DELETED_POD_HAS_PHASE) ? endedPhase() : status.phase());
        gone();
    }

    private void gone() {
        agenda.after(draws.of(node().is(Rule.DELETED_AT_ONCE) ? Delay.DELETED : Delay.DELETED_WITH_CONTAINERS), () -> {
            happened(EventKind.DELETED, null);
            trace.over();
        });
    }

    private Phase phase() {
        boolean ended = true;
        for (ContainerRun container : regular) {
            Life life = container.life();
            if (life == null) {
                return Phase.PENDING;
            }
            ended &= !life.isRunning() && !container.restartsAfter(life.exitCode());
        }
        return ended ? endedPhase() : Phase.RUNNING;
    }

    private Phase endedPhase() {
        boolean well = regular.stream()
                .allMatch(container ->
                        container.life() != null && container.life().exitCode() == 0);
        return well ? Phase.SUCCEEDED : Phase.FAILED;
    }
}
