package io.probeguard.kubelet;

import io.probeguard.probe.Container;
import io.probeguard.probe.Handler;
import java.util.function.Consumer;

/** What becomes of one call of a handler: of an exec, or of what a probe or hook calls instead. */
final class Exec {
    /** What the kubelet is told. */
    enum Outcome {
        SUCCESS,
        FAILURE,
        /** Neither: the call itself went wrong. */
        ERROR
    }

    /** How long the kubelet waits for a runtime beside the timeout (runtimeRequestTimeout), and dockershim for Docker. */
    private static final double RUNTIME_TIMEOUT = 120;

    private final Agenda agenda;
    private final Draws draws;
    private final NodeSoftware node;
    private final Faults faults;

    Exec(Agenda agenda, Draws draws, NodeSoftware node, Faults faults) {
        this.agenda = agenda;
        this.draws = draws;
        this.node = node;
        this.faults = faults;
    }

    /**
     * Calls a handler once.
     *
     * @param timeout seconds; infinite for hooks, which have none
     * @param told what the kubelet does when it is told; never where the call does not return
     */
    void call(Container container, Life life, Handler handler, double timeout, Consumer<Outcome> told) {
        if (!life.isRunning()) {
            agenda.after(draws.of(Delay.EXEC), () -> told.accept(Outcome.ERROR));
        } else if (!container.execs(handler)) {
            Container.Hook hook = container.hook(handler);
            double sleep = hook == null ? 0 : hook.sleepSeconds();
            run(container, life, handler, sleep, timeout, told);
        } else if (node.is(Rule.EXECS_WAIT_FOR_EACH_OTHER)) {
            queue(container, life, handler, timeout, told);
        } else if (life.hasExited()) {
            agenda.after(draws.of(Delay.EXEC), () -> told.accept(Outcome.ERROR));
        } else {
            enter(container, life, handler, timeout, agenda.now() + timeout + RUNTIME_TIMEOUT, told);
        }
    }

    /** Waits until no other exec is on its way: over Docker already when the container is asked for, which comes first. */
    private void queue(Container container, Life life, Handler handler, double timeout, Consumer<Outcome> told) {
        double patience = node.isDocker() ? RUNTIME_TIMEOUT : timeout + RUNTIME_TIMEOUT;
        double end = agenda.now() + patience;
        Consumer<Boolean> next = Agenda.once(free -> {
            if (!free) {
                told.accept(node.isDocker() ? Outcome.ERROR : timedOut());
            } else if (life.isRunning()) {
                enter(container, life, handler, timeout, end, told);
            } else {
                told.accept(Outcome.ERROR);
            }
        });
        life.whenUnlocked(() -> next.accept(true));
        agenda.after(patience, () -> next.accept(false));
    }

    /**
     * Gets into the container, as far as the runtime's fault lets it.
     *
     * @param end when the kubelet gives up waiting for the runtime; seconds of the run
     */
    private void enter(
            Container container, Life life, Handler handler, double timeout, double end, Consumer<Outcome> told) {
        Fault fault = faults.ofExec(container, handler);
        int n = fault == null ? 0 : life.count(fault);
        if (fault == null || !hasBegun(fault, life)) {
            run(container, life, handler, 0, timeout, told);
            return;
        }
        switch (fault.kind()) {
            case ALWAYS_FAILS -> fail(told);
            case SOMETIMES_FAILS -> {
                if (n % (int) fault.number() == 0) {
                    fail(told);
                } else {
                    run(container, life, handler, 0, timeout, told);
                }
            }
            case HANGS -> enterLate(Double.POSITIVE_INFINITY, container, life, handler, timeout, end, told);
            case SLOW -> enterLate(fault.number(), container, life, handler, timeout, end, told);
            case MAY_FAIL -> {
                if (isFaulty()) {
                    fail(told);
                } else {
                    run(container, life, handler, 0, timeout, told);
                }
            }
            case MAY_HANG -> {
                if (isFaulty()) {
                    enterLate(Double.POSITIVE_INFINITY, container, life, handler, timeout, end, told);
                } else {
                    run(container, life, handler, 0, timeout, told);
                }
            }
            case MAY_BE_SLOW ->
                enterLate(
                        draws.of(Delay.EXEC_IS_FAULTY) * fault.number(), container, life, handler, timeout, end, told);
            case NO_ANSWER -> loseAnswer(container, life, handler, timeout, end, told);
            case MAY_NOT_ANSWER -> {
                if (isFaulty()) {
                    loseAnswer(container, life, handler, timeout, end, told);
                } else {
                    run(container, life, handler, 0, timeout, told);
                }
            }
            case COMMAND_FAILS, COMMAND_SLOW, COMMAND_MAY_BE_SLOW ->
                throw new IllegalStateException(fault + " is the command's");
        }
    }

    private boolean isFaulty() {
        return draws.of(Delay.EXEC_IS_FAULTY) > 0.5;
    }

    private void fail(Consumer<Outcome> told) {
        Outcome outcome = node.is(Rule.ERROR_IS_AN_EXIT_CODE) ? Outcome.FAILURE : Outcome.ERROR;
        agenda.after(draws.of(Delay.EXEC), () -> told.accept(outcome));
    }

    private void enterLate(
            double late,
            Container container,
            Life life,
            Handler handler,
            double timeout,
            double end,
            Consumer<Outcome> told) {
        if (node.isDocker()) {
            life.lock(late + draws.of(Delay.EXEC));
            run(container, life, handler, late, timeout, told);
            return;
        }
        // The runtime counts the timeout from the command's start, the kubelet gives it two minutes more.
        double patience = end - agenda.now();
        if (late < patience) {
            agenda.after(late, () -> {
                if (life.hasExited()) {
                    fail(told);
                } else {
                    run(container, life, handler, 0, timeout, told);
                }
            });
        } else {
            agenda.after(patience, () -> told.accept(timedOut()));
        }
        life.lock(Math.min(late, patience) + draws.of(Delay.EXEC));
    }

    /**
     * Runs a command whose end the runtime misses. At the timeout containerd kills it and waits for that same end, until the
     * kubelet gives up ({@code container_execsync.go}, execInContainer, from 1.2 to 2.2); others are not kept out.
     */
    private void loseAnswer(
            Container container, Life life, Handler handler, double timeout, double end, Consumer<Outcome> told) {
        if (node.isDocker()) {
            run(container, life, handler, Double.POSITIVE_INFINITY, timeout, told);
        } else {
            agenda.after(end - agenda.now(), () -> told.accept(timedOut()));
        }
    }

    /**
     * Runs a command, which ends with its container at the latest: a preStop hook that outlives its grace period, or gets in
     * after it, fails (observed on 1.37.2 over containerd 2.2.9, where both gave FailedPreStopHook).
     *
     * @param late seconds that the timeout counts, but are not the command's
     */
    private void run(
            Container container, Life life, Handler handler, double late, double timeout, Consumer<Outcome> told) {
        Fault given = faults.ofCommand(container, handler);
        Fault fault = given != null && hasBegun(given, life) ? given : null;
        double seconds = late + (fault == null ? 0 : longer(fault));
        Outcome own = fault != null && fault.kind() == Fault.Kind.COMMAND_FAILS ? Outcome.FAILURE : Outcome.SUCCESS;
        boolean exec = container.execs(handler);
        boolean heedsTimeout = !exec || !node.isDocker() || node.is(Rule.TIMEOUT_COUNTS);
        Consumer<Outcome> first = Agenda.once(told);
        if (heedsTimeout) {
            agenda.after(timeout + draws.of(Delay.EXEC), () -> first.accept(exec ? timedOut() : Outcome.FAILURE));
        }
        agenda.after(seconds + draws.of(Delay.EXEC), () -> {
            Outcome outcome = life.hasExited() ? Outcome.FAILURE : own;
            boolean locks = exec && !node.isDocker() && node.is(Rule.EXECS_WAIT_FOR_EACH_OTHER);
            if (locks && draws.of(Delay.EXEC_END_LOSES) > 0.5) {
                life.whenUnlocked(() -> first.accept(outcome)); // as with the end of the container itself
            } else {
                first.accept(outcome);
            }
        });
    }

    private double longer(Fault fault) {
        return switch (fault.kind()) {
            case COMMAND_SLOW -> fault.number();
            case COMMAND_MAY_BE_SLOW -> draws.of(Delay.EXEC_IS_FAULTY) * fault.number();
            default -> 0;
        };
    }

    private Outcome timedOut() {
        return node.is(Rule.TIMEOUT_COUNTS) ? Outcome.FAILURE : Outcome.ERROR;
    }

    private boolean hasBegun(Fault fault, Life life) {
        return fault.after() == 0 || agenda.now() - life.start >= fault.after() - draws.of(Delay.FAULT_TOO_EARLY);
    }
}
