package io.probeguard.kubelet;

import io.probeguard.kubelet.Life.Result;
import io.probeguard.probe.Container;
import io.probeguard.probe.Handler;
import io.probeguard.probe.Probe;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A container of a pod through all its lives: starting, stopping, back-off. */
final class ContainerRun {
    /** An init container runs before the others and ends, or stays beside them. */
    enum Role {
        INIT,
        SIDECAR,
        REGULAR
    }

    /** No container gets less to stop (kuberuntime_manager.go, minimumGracePeriodInSeconds). */
    private static final long LEAST_GRACE = 2;
    /** How much longer than the grace period the kubelet waits for the runtime (runtimeRequestTimeout). */
    private static final double RUNTIME_TIMEOUT = 120;

    final Container spec;
    final String name;
    final Role role;

    private final PodRun pod;
    private final BackOff backOff = new BackOff();
    private final List<Life> lives = new ArrayList<>();
    /** What the last sync saw: the number of lives, and of those that had ended. */
    private int seen;

    private int seenEnded;
    /** Whether the last sync left it in back-off. */
    private boolean backingOff;

    ContainerRun(PodRun pod, Container spec, String name, Role role) {
        this.pod = pod;
        this.spec = spec;
        this.name = name;
        this.role = role;
    }

    /** The newest container; null before the first start. */
    @Nullable
    Life life() {
        return lives.isEmpty() ? null : lives.get(lives.size() - 1);
    }

    /** The newest container, where there was a first start. */
    Life lastLife() {
        return lives.get(lives.size() - 1);
    }

    boolean isRunning() {
        return !lives.isEmpty() && lastLife().isRunning();
    }

    int restarts() {
        return Math.max(0, lives.size() - 1);
    }

    boolean isBackingOff() {
        return backingOff;
    }

    /** A sync begins: it goes by what there is now. */
    void look() {
        seen = lives.size();
        seenEnded = isRunning() ? seen - 1 : seen;
    }

    /** Whether a probe has had enough of the running container; null where none has. */
    @Nullable
    Handler failedProbe() {
        for (Handler handler : new Handler[] {Handler.LIVENESS, Handler.STARTUP}) {
            if (isRunning() && lastLife().results.get(handler) == Result.FAILURE) {
                return handler;
            }
        }
        return null;
    }

    /** Whether its startup probe lets other probes run, and what comes after a sidecar start. */
    boolean hasStarted() {
        return isRunning()
                && (spec.startupProbe() == null || lastLife().results.get(Handler.STARTUP) == Result.SUCCESS);
    }

    boolean isReady() {
        return hasStarted()
                && (spec.readinessProbe() == null || lastLife().results.get(Handler.READINESS) == Result.SUCCESS);
    }

    /** Whether it is to run again (kubecontainer.ShouldContainerBeRestarted). */
    boolean restartsAfter(int exitCode) {
        return switch (policy()) {
            case "Never" -> false;
            case "OnFailure" -> exitCode != 0;
            default -> true;
        };
    }

    /** Whether a probe may have it started again, with whatever code it ends. */
    boolean restartsAfterProbe() {
        return !policy().equals("Never");
    }

    private String policy() {
        if (role == Role.SIDECAR) {
            return "Always";
        }
        String own = pod.node().is(Rule.CONTAINER_RESTART_POLICY) ? spec.restartPolicy() : null;
        return own == null ? pod.restartPolicy() : own;
    }

    /**
     * Starts it, unless it must wait.
     *
     * @param done told whether that went well, or never where its hook does not return
     */
    void start(Consumer<Boolean> done) {
        double now = pod.agenda().now();
        if (seenEnded > 0) {
            double exit = lives.get(seenEnded - 1).exit();
            if (backOff.end(exit, now) > now) {
                backingOff = true;
                pod.retryAt(backOff.end(exit, now));
                done.accept(false);
                return;
            }
            backOff.next(now);
        }
        backingOff = false;
        pod.agenda().after(pod.draws().of(Delay.START), () -> started(done));
    }

    private void started(Consumer<Boolean> done) {
        Life life = new Life(pod.agenda());
        lives.add(life);
        pod.happened(EventKind.STARTED, name);
        pod.containerChanged();
        life.whenEnded(pod::containerChanged);
        if (role == Role.INIT && !PodRun.neverEnds(spec)) {
            life.exits(pod.draws().of(Delay.INIT_CONTAINER), 0);
        }
        if (!spec.has(Handler.POST_START)) {
            done.accept(true);
            return;
        }
        pod.call(this, life, Handler.POST_START, Double.POSITIVE_INFINITY, outcome -> {
            pod.answered(this, Handler.POST_START, outcome);
            if (outcome == Exec.Outcome.SUCCESS) {
                done.accept(true);
            } else {
                stop(pod.grace(), Handler.POST_START, stopped -> done.accept(false));
            }
        });
    }

    /**
     * The grace period of a kill; seconds.
     *
     * @param failed the probe that failed; null where none did
     */
    long grace(@Nullable Handler failed) {
        Probe probe = failed == null ? null : spec.probe(failed);
        Long own = probe == null || !pod.node().is(Rule.PROBE_GRACE) ? null : probe.terminationGracePeriodSeconds();
        return own == null ? pod.grace() : own;
    }

    /**
     * Stops the running container: preStop within the grace period, SIGTERM, and SIGKILL when that is over.
     *
     * @param because the probe or hook that failed; null where the pod ends
     * @param done told whether it has ended, or that the runtime did not answer
     */
    void stop(long grace, @Nullable Handler because, Consumer<Boolean> done) {
        Life life = lastLife();
        if (!spec.has(Handler.PRE_STOP) || grace <= 0) {
            terminate(life, grace, because, done);
            return;
        }
        double began = pod.agenda().now();
        Consumer<Exec.Outcome> over = Agenda.once(
                outcome -> terminate(life, grace - (long) (pod.agenda().now() - began), because, done));
        pod.call(this, life, Handler.PRE_STOP, Double.POSITIVE_INFINITY, outcome -> {
            pod.answered(this, Handler.PRE_STOP, outcome);
            over.accept(outcome);
        });
        pod.agenda().after((double) grace, () -> over.accept(Exec.Outcome.ERROR));
    }

    private void terminate(Life life, long left, @Nullable Handler because, Consumer<Boolean> done) {
        long grace = Math.max(left, LEAST_GRACE);
        Consumer<Boolean> answer = Agenda.once(done);
        if (life.stop()) {
            life.whenEnded(() -> {
                pod.happened(EventKind.KILLED, name);
                if (because != null) {
                    pod.killedFor(this, because, life);
                }
            });
        }
        life.whenEnded(() -> answer.accept(true));
        life.exits(
                (pod.onTerm().exitCode() == null ? grace : 0) + pod.draws().of(Delay.STOP),
                pod.onTerm().code());
        pod.agenda().after(grace + RUNTIME_TIMEOUT, () -> answer.accept(false));
    }
}
