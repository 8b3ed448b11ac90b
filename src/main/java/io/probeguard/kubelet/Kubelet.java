package io.probeguard.kubelet;

import io.probeguard.kubelet.Consequence.Outcome;
import io.probeguard.kubelet.Consequence.Seconds;
import io.probeguard.kubelet.ExecFault.Result;
import io.probeguard.probe.Container;
import io.probeguard.probe.Handler;
import io.probeguard.probe.PodSpec;
import io.probeguard.probe.Probe;
import io.probeguard.probe.Timing;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the kubelet does over time with a container whose exec is faulty.
 *
 * <p>Its prober (pkg/kubelet/prober/worker.go) ticks once a period, at a phase that has nothing to do with the
 * container's start, skips ticks within the initial delay, and acts on the failure that reaches the threshold. So the
 * first probe comes up to one period after the initial delay, and the Nth failure N - 1 intervals later. Liveness and
 * readiness probes do not run before the startup probe has succeeded. A killed container gets its grace period and is
 * restarted with a back-off of 10 s that doubles up to 300 s (pkg/kubelet/kubelet.go, MaxContainerBackOff).
 */
public final class Kubelet {
    private static final long DEFAULT_GRACE_SECONDS = 30;
    private static final String BACK_OFF = "restarted with a back-off of 10 s doubling to 300 s";

    private Kubelet() {}

    /**
     * Predicts what happens to a container.
     *
     * @param timing the numbers to predict with, which may differ from the container's own; null for hooks
     * @param fault how exec fails; null where it is only known to be broken
     */
    public static Consequence predict(
            PodSpec pod, Container container, Handler handler, @Nullable Timing timing, @Nullable ExecFault fault) {
        if (fault == null) {
            return new Consequence(
                    Outcome.UNKNOWN, null, null, 0, "exec is broken (build unknown)", "how exec is broken is unknown");
        }
        Situation situation = new Situation(pod, container, handler, fault);
        return switch (handler) {
            case LIVENESS -> situation.liveness(ofProbe(timing));
            case READINESS -> situation.readiness(ofProbe(timing));
            case STARTUP -> situation.startup(ofProbe(timing));
            case POST_START -> situation.postStart();
            case PRE_STOP -> situation.preStop();
        };
    }

    private static Timing ofProbe(@Nullable Timing timing) {
        return Objects.requireNonNull(timing, "a probe has timing");
    }

    private record Situation(PodSpec pod, Container container, Handler handler, ExecFault fault) {

        Consequence liveness(Timing timing) {
            if (startupNeverSucceeds()) {
                return new Consequence(
                        Outcome.NEVER_STARTED,
                        null,
                        null,
                        0,
                        "never runs: the startup probe comes first",
                        "never runs because the startup probe, also exec, does not succeed");
            }
            if (!fault.result().counts()) {
                String why = fault.result() == Result.NEVER_RETURNS
                        ? "no probe runs after the first call that hangs"
                        : "the kubelet discards the result";
                return fault.always()
                        ? consequence(
                                Outcome.UNPROTECTED, "never restarts a dead container", "never restarts it: " + why)
                        : consequence(
                                Outcome.UNPROTECTED,
                                "might not restart a dead container",
                                "might not restart it when it is dead: " + why);
            }
            return killed(timing, "killed");
        }

        Consequence readiness(Timing timing) {
            if (fault.always()) {
                return startupNeverSucceeds()
                        ? consequence(
                                Outcome.NEVER_READY,
                                "never Ready",
                                "never becomes Ready because the startup probe, also exec, does not succeed")
                        : consequence(Outcome.NEVER_READY, "never Ready", "never becomes Ready");
            }
            return switch (fault.result()) {
                case FAILURE, TIMEOUT ->
                    sometimesUnready(
                            timing, "intermittently not Ready", "not Ready whenever " + inARow(timing) + " faulty");
                case ERROR, TIMEOUT_DISCARDED ->
                    sometimesUnready(
                            timing,
                            "late to notice changes",
                            "becomes Ready or not Ready late: the kubelet discards faulty results");
                case NEVER_RETURNS ->
                    sometimesUnready(
                            timing,
                            "Ready state freezes",
                            "stays Ready or not Ready, as it was: no probe runs after the first call that hangs");
            };
        }

        /** How much later it becomes Ready depends on when exec fails, and is unknown. */
        private static Consequence sometimesUnready(Timing timing, String summary, String sentence) {
            long earliest = timing.initialDelay() + (timing.successes() - 1L) * timing.period();
            return new Consequence(Outcome.SOMETIMES_UNREADY, null, new Seconds(earliest, null), 0, summary, sentence);
        }

        Consequence startup(Timing timing) {
            if (fault.result().counts()) {
                return killed(timing, "killed before it counts as started");
            }
            return fault.always()
                    ? consequence(
                            Outcome.NEVER_STARTED,
                            "never started, never Ready",
                            "never counts as started and never becomes Ready; its other probes never run")
                    : consequence(
                            Outcome.NEVER_STARTED,
                            "late to count as started",
                            "late to count as started: the kubelet discards faulty results");
        }

        Consequence postStart() {
            if (fault.result().hangs()) {
                return consequence(
                        Outcome.NEVER_STARTED,
                        fault.always() ? "never finishes starting" : "might never finish starting",
                        (fault.always() ? "never" : "intermittently never")
                                + " finishes starting: the kubelet waits for the hook without a timeout");
            }
            if (!fault.always()) {
                return consequence(
                        Outcome.SOMETIMES_KILLED,
                        "intermittently killed right after it starts",
                        "killed right after it starts whenever the hook fails");
            }
            return restarts()
                    ? consequence(
                            Outcome.RESTART_LOOP,
                            "killed at every start",
                            "killed right after every start, and " + BACK_OFF)
                    : consequence(
                            Outcome.POD_FAILS,
                            "killed right after it starts, the pod fails",
                            "killed right after it starts; the pod fails");
        }

        Consequence preStop() {
            String stop = fault.result().hangs()
                    ? "stopping waits for the grace period of " + grace() + " s, then the container is killed"
                    : "the hook has no effect: the container gets SIGTERM immediately";
            return consequence(
                    Outcome.NO_GRACEFUL_STOP,
                    fault.always() ? "no graceful stop" : "intermittently no graceful stop",
                    fault.always() ? stop : "intermittently, " + stop);
        }

        private Consequence killed(Timing timing, String how) {
            Seconds when = thresholdReached(timing);
            String grace = " (stopping may take another " + grace() + " s)";
            if (!fault.always()) {
                return new Consequence(
                        Outcome.SOMETIMES_KILLED,
                        when,
                        null,
                        grace(),
                        "intermittently " + how,
                        how + " whenever " + inARow(timing) + " faulty");
            }
            return restarts()
                    ? new Consequence(
                            Outcome.RESTART_LOOP,
                            when,
                            null,
                            grace(),
                            "restart loop after " + when,
                            how + " " + when + " after it starts" + grace + ", repeatedly, " + BACK_OFF)
                    : new Consequence(
                            Outcome.POD_FAILS,
                            when,
                            null,
                            grace(),
                            "the pod fails after " + when,
                            how + " " + when + " after it starts" + grace + "; the pod fails");
        }

        /** When the kubelet has the failure that reaches the threshold, in seconds after the container's start. */
        private Seconds thresholdReached(Timing timing) {
            long hang = fault.result().hangs() ? timing.timeout() : 0;
            long interval = Math.max(timing.period(), hang);
            long afterFirst = (timing.failures() - 1) * interval + hang;
            Probe startup = container.startupProbe();
            if (handler == Handler.STARTUP || startup == null) {
                long earliest = timing.initialDelay() + afterFirst;
                return new Seconds(earliest, earliest + timing.period());
            }
            // How long a startup probe of another kind takes to succeed is unknown.
            return new Seconds(timing.initialDelay() + afterFirst, null);
        }

        private boolean startupNeverSucceeds() {
            return fault.always() && container.execs(Handler.STARTUP);
        }

        /** The kubelet restarts sidecars whatever the pod's restart policy. */
        private boolean restarts() {
            return "Always".equals(container.restartPolicy()) || !"Never".equals(pod.restartPolicy());
        }

        private long grace() {
            Probe probe = container.probe(handler);
            if (probe != null && probe.terminationGracePeriodSeconds() != null) {
                return probe.terminationGracePeriodSeconds();
            }
            Long ofPod = pod.terminationGracePeriodSeconds();
            return ofPod == null ? DEFAULT_GRACE_SECONDS : ofPod;
        }

        private static String inARow(Timing timing) {
            return timing.failures() == 1 ? "one probe is" : timing.failures() + " probes in a row are";
        }

        private static Consequence consequence(Outcome outcome, String summary, String sentence) {
            return new Consequence(outcome, null, null, 0, summary, sentence);
        }
    }
}
