package io.probeguard.kubelet;

import io.probeguard.kubelet.Consequence.Outcome;
import io.probeguard.kubelet.Consequence.Seconds;
import io.probeguard.kubelet.ExecFault.Result;
import io.probeguard.probe.Container;
import io.probeguard.probe.Handler;
import io.probeguard.probe.PodSpec;
import io.probeguard.probe.Probe;
import io.probeguard.probe.Timing;
import org.jspecify.annotations.Nullable;

/**
 * What the kubelet does over time with a container whose exec is faulty.
 *
 * <p>Its prober (pkg/kubelet/prober/worker.go) ticks once a period, at a phase that has nothing to do with the
 * container's start, skips ticks within the initial delay, and acts on the failure that completes the threshold. So the
 * first probe comes up to one period after the initial delay, and the Nth failure N - 1 intervals later. Liveness and
 * readiness probes do not run before the startup probe has succeeded. A killed container gets its grace period and is
 * started again with a back-off of 10 s that doubles up to 300 s (pkg/kubelet/kubelet.go, MaxContainerBackOff).
 */
public final class Kubelet {
    private static final long DEFAULT_GRACE_SECONDS = 30;
    private static final String BACK_OFF = "restarted with a back-off of 10 s doubling to 300 s";

    private Kubelet() {}

    /**
     * Predicts what becomes of a container.
     *
     * @param timing the numbers to reckon with, which may differ from the container's own; null for hooks
     * @param fault how exec fails; null where only that it is broken is known
     */
    public static Consequence predict(
            PodSpec pod, Container container, Handler handler, @Nullable Timing timing, @Nullable ExecFault fault) {
        if (fault == null) {
            return new Consequence(
                    Outcome.UNKNOWN,
                    null,
                    null,
                    0,
                    "exec is broken there",
                    "exec is broken in a way that is not known");
        }
        Situation situation = new Situation(pod, container, handler, fault);
        return switch (handler) {
            case LIVENESS -> situation.liveness(timing);
            case READINESS -> situation.readiness(timing);
            case STARTUP -> situation.startup(timing);
            case POST_START -> situation.postStart();
            case PRE_STOP -> situation.preStop();
        };
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
                        "never runs, since the startup probe, which is exec too, does not succeed");
            }
            if (!fault.result().counts()) {
                String why = fault.result() == Result.NEVER_RETURNS
                        ? "the first call that hangs is the last one made"
                        : "the kubelet throws the result away";
                return fault.always()
                        ? consequence(
                                Outcome.UNPROTECTED, "never restarts a dead container", "never restarts it: " + why)
                        : consequence(
                                Outcome.UNPROTECTED,
                                "may not restart a dead container",
                                "may not restart it when it is dead: " + why);
            }
            return killed(timing, "killed");
        }

        Consequence readiness(Timing timing) {
            if (fault.always()) {
                return startupNeverSucceeds()
                        ? consequence(
                                Outcome.NEVER_READY,
                                "never Ready",
                                "never becomes Ready: the startup probe, which is exec too, does not succeed")
                        : consequence(Outcome.NEVER_READY, "never Ready", "never becomes Ready");
            }
            return switch (fault.result()) {
                case FAILURE, TIMEOUT ->
                    sometimesUnready(timing, "at times not Ready", "not Ready whenever " + inARow(timing) + " faulty");
                case ERROR, TIMEOUT_DISCARDED ->
                    sometimesUnready(
                            timing,
                            "late to notice changes",
                            "Ready late or not Ready late: the kubelet throws faulty results away");
                case NEVER_RETURNS ->
                    sometimesUnready(
                            timing,
                            "Ready state freezes",
                            "stays as Ready or not Ready as it was: the first call that hangs is the last one made");
            };
        }

        /** How much later than it could be is not known: that is up to the faults. */
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
                            "late to count as started: the kubelet throws faulty results away");
        }

        Consequence postStart() {
            if (fault.result().hangs()) {
                return consequence(
                        Outcome.NEVER_STARTED,
                        fault.always() ? "never gets past its start" : "may never get past its start",
                        (fault.always() ? "never" : "at times never")
                                + " gets past its start: the kubelet waits for the hook without a limit");
            }
            if (!fault.always()) {
                return consequence(
                        Outcome.SOMETIMES_KILLED,
                        "at times killed at its start",
                        "killed right after its start whenever the hook fails");
            }
            return restarts()
                    ? consequence(
                            Outcome.RESTART_LOOP,
                            "killed at every start",
                            "killed right after every start, and " + BACK_OFF)
                    : consequence(
                            Outcome.POD_FAILS,
                            "killed at its start, the pod fails",
                            "killed right after its start; the pod fails");
        }

        Consequence preStop() {
            String stop = fault.result().hangs()
                    ? "stopping waits for the grace period of " + grace() + " s, then the container is killed"
                    : "the hook does nothing: the container gets SIGTERM at once";
            return consequence(
                    Outcome.NO_GRACEFUL_STOP,
                    fault.always() ? "no graceful stop" : "at times no graceful stop",
                    fault.always() ? stop : "at times " + stop);
        }

        private Consequence killed(Timing timing, String how) {
            Seconds when = thresholdReached(timing);
            String grace = " (stopping may take " + grace() + " s more)";
            if (!fault.always()) {
                return new Consequence(
                        Outcome.SOMETIMES_KILLED,
                        when,
                        null,
                        grace(),
                        "at times " + how,
                        how + " whenever " + inARow(timing) + " faulty");
            }
            return restarts()
                    ? new Consequence(
                            Outcome.RESTART_LOOP,
                            when,
                            null,
                            grace(),
                            "restart loop after " + when,
                            how + " " + when + " after its start" + grace + ", again and again, " + BACK_OFF)
                    : new Consequence(
                            Outcome.POD_FAILS,
                            when,
                            null,
                            grace(),
                            "the pod fails after " + when,
                            how + " " + when + " after its start" + grace + "; the pod fails");
        }

        /** When the failure that completes the threshold is known, in seconds after the container's start. */
        private Seconds thresholdReached(Timing timing) {
            long hang = fault.result().hangs() ? timing.timeout() : 0;
            long interval = Math.max(timing.period(), hang);
            long afterFirst = (timing.failures() - 1) * interval + hang;
            Probe startup = container.startupProbe();
            if (handler == Handler.STARTUP || startup == null) {
                long earliest = timing.initialDelay() + afterFirst;
                return new Seconds(earliest, earliest + timing.period());
            }
            // How long a startup probe of another kind takes to succeed is not known.
            return new Seconds(timing.initialDelay() + afterFirst, null);
        }

        private boolean startupNeverSucceeds() {
            return fault.always() && container.execs(Handler.STARTUP);
        }

        /** The kubelet restarts sidecars whatever the pod's policy is. */
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
