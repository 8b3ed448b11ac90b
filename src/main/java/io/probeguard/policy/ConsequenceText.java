package io.probeguard.policy;

import io.probeguard.kubelet.Consequence;
import io.probeguard.probe.Handler;
import io.probeguard.text.Wording;

/** How a predicted consequence of an exec probe or hook reads. */
final class ConsequenceText {
    private ConsequenceText() {}

    /** A few words, for a warning. */
    static String summary(Handler handler, Consequence consequence) {
        boolean certain = consequence.certain();
        return switch (consequence.outcome()) {
            case RESTART_LOOP -> certain ? restartLoop(handler, consequence) : "intermittently " + killed(handler);
            case POD_FAILS ->
                certain ? podFails(handler, consequence) : "intermittently " + killed(handler) + ", not restarted";
            case NEVER_READY -> "never Ready";
            case SOMETIMES_UNREADY -> "intermittently not Ready";
            case NEVER_STARTED -> neverStarted(handler, certain);
            case NEVER_RUNS -> "never runs" + because(consequence, ": ");
            case UNPROTECTED -> certain ? "never restarts a dead container" : "might not restart a dead container";
            case STAYS_READY -> "a dead container might stay Ready";
            case NO_GRACEFUL_STOP -> certain ? "no graceful stop" : "intermittently no graceful stop";
            case NEVER_DELETED -> certain ? "a deleted pod does not go away" : "a deleted pod might not go away";
            case LATE -> late(handler);
            case NOTHING_YET -> "no effect within " + duration(consequence);
            case UNKNOWN -> "how exec is broken is unknown";
        };
    }

    /** The whole of it, for a report. */
    static String sentence(Handler handler, Consequence consequence) {
        boolean certain = consequence.certain();
        return switch (consequence.outcome()) {
            case RESTART_LOOP ->
                certain
                        ? killedWhen(handler, consequence) + ", restarted and killed again, up to "
                                + Wording.count(consequence.kills(), "time") + " within " + duration(consequence)
                        : killed(handler) + " when enough calls are faulty" + notBefore(consequence);
            case POD_FAILS ->
                certain
                        ? killedWhen(handler, consequence) + " and not restarted"
                        : killed(handler) + " when enough calls are faulty, and not restarted";
            case NEVER_READY ->
                "never becomes Ready" + because(consequence, " because ")
                        + (consequence.discarded()
                                ? ": the kubelet discards the result; a pod that is already Ready stays Ready"
                                : "");
            case SOMETIMES_UNREADY -> "Ready late, or not Ready when enough calls are faulty";
            case NEVER_STARTED ->
                handler == Handler.STARTUP
                        ? "never counts as started and never becomes Ready; its other probes never run"
                                + because(consequence, ": ")
                        : (certain ? "never" : "might never")
                                + " finish starting: the kubelet waits for the hook without a timeout, and deleting the "
                                + "pod does not end that";
            case NEVER_RUNS -> "never runs" + because(consequence, " because ");
            case UNPROTECTED ->
                certain
                        ? "never restarts it: "
                                + (consequence.discarded()
                                        ? "the kubelet discards the result"
                                        : "no probe runs after the first call that hangs")
                        : "might not restart it when it is dead: some results are missing";
            case STAYS_READY -> "a dead container might stay Ready: the kubelet discards the results";
            case NO_GRACEFUL_STOP ->
                (certain ? "" : "intermittently, ") + "the hook has no effect: the container gets SIGTERM without it";
            case NEVER_DELETED ->
                "a deleted pod " + (certain ? "does" : "might") + " not go away within " + duration(consequence)
                        + ": the kubelet waits for the hook";
            case LATE, NOTHING_YET, UNKNOWN -> summary(handler, consequence);
        };
    }

    private static String notBefore(Consequence consequence) {
        return consequence.firstKill() == null
                ? ""
                : ", not before " + consequence.firstKill().earliest() + " s";
    }

    private static String restartLoop(Handler handler, Consequence consequence) {
        return handler == Handler.POST_START
                ? "killed at every start"
                : "restart loop after " + consequence.firstKill();
    }

    private static String podFails(Handler handler, Consequence consequence) {
        return handler == Handler.POST_START
                ? "killed right after it starts, the pod fails"
                : "the pod fails after " + consequence.firstKill();
    }

    private static String killed(Handler handler) {
        return switch (handler) {
            case STARTUP -> "killed before it counts as started";
            case POST_START -> "killed right after it starts";
            default -> "killed";
        };
    }

    private static String killedWhen(Handler handler, Consequence consequence) {
        String when = handler == Handler.POST_START ? "" : " " + consequence.firstKill() + " after it starts";
        return killed(handler) + when + " (stopping may take up to " + consequence.grace() + " s more)";
    }

    private static String neverStarted(Handler handler, boolean certain) {
        if (handler == Handler.STARTUP) {
            return "never started, never Ready";
        }
        return certain ? "never finishes starting" : "might never finish starting";
    }

    private static String late(Handler handler) {
        return switch (handler) {
            case LIVENESS -> "restarts a dead container late";
            case READINESS -> "late to notice changes";
            case STARTUP -> "late to count as started";
            case POST_START -> "late to finish starting";
            case PRE_STOP -> "late to stop";
        };
    }

    private static String because(Consequence consequence, String link) {
        Handler first = consequence.blockedBy();
        if (first == null) {
            return consequence.discarded() || consequence.outcome() != Consequence.Outcome.NEVER_RUNS
                    ? ""
                    : " within " + duration(consequence);
        }
        return link + "the " + first + (first.isProbe() ? " probe" : " hook") + " never succeeds";
    }

    private static String duration(Consequence consequence) {
        long minutes = Math.round(consequence.seconds() / 60);
        return minutes % 60 == 0 && minutes >= 120 ? minutes / 60 + " h" : minutes + " min";
    }
}
