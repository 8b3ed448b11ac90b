package io.probeguard.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.probeguard.kubelet.Consequence;
import io.probeguard.kubelet.Consequence.Outcome;
import io.probeguard.kubelet.Consequence.Seconds;
import io.probeguard.probe.Handler;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConsequenceTextTest {
    private static Consequence consequence(
            Outcome outcome, boolean certain, boolean discarded, @Nullable Handler blockedBy, double minutes) {
        return new Consequence(
                outcome,
                certain,
                new Seconds(20, 32L),
                outcome == Outcome.RESTART_LOOP ? 7 : 0,
                30,
                discarded,
                blockedBy,
                minutes * 60);
    }

    @ParameterizedTest(name = "{0} {1} {2}")
    @CsvSource(delimiter = '|', textBlock = """
            LIVENESS   | RESTART_LOOP     | true  | restart loop after 20 to 32 s                  | killed 20 to 32 s after it starts (stopping may take up to 30 s more), restarted and killed again, up to 7 times within 10 min
            LIVENESS   | RESTART_LOOP     | false | intermittently killed                          | killed when enough calls are faulty, not before 20 s
            STARTUP    | RESTART_LOOP     | true  | restart loop after 20 to 32 s                  | killed before it counts as started 20 to 32 s after it starts (stopping may take up to 30 s more), restarted and killed again, up to 7 times within 10 min
            STARTUP    | RESTART_LOOP     | false | intermittently killed before it counts as started | killed before it counts as started when enough calls are faulty, not before 20 s
            POST_START | RESTART_LOOP     | true  | killed at every start                          | killed right after it starts (stopping may take up to 30 s more), restarted and killed again, up to 7 times within 10 min
            LIVENESS   | POD_FAILS        | true  | the pod fails after 20 to 32 s                 | killed 20 to 32 s after it starts (stopping may take up to 30 s more) and not restarted
            LIVENESS   | POD_FAILS        | false | intermittently killed, not restarted           | killed when enough calls are faulty, and not restarted
            POST_START | POD_FAILS        | true  | killed right after it starts, the pod fails    | killed right after it starts (stopping may take up to 30 s more) and not restarted
            READINESS  | NEVER_READY      | true  | never Ready                                    | never becomes Ready
            READINESS  | SOMETIMES_UNREADY | false | intermittently not Ready                      | Ready late, or not Ready when enough calls are faulty
            STARTUP    | NEVER_STARTED    | true  | never started, never Ready                     | never counts as started and never becomes Ready; its other probes never run
            POST_START | NEVER_STARTED    | true  | never finishes starting                        | never finish starting: the kubelet waits for the hook without a timeout, and deleting the pod does not end that
            POST_START | NEVER_STARTED    | false | might never finish starting                    | might never finish starting: the kubelet waits for the hook without a timeout, and deleting the pod does not end that
            LIVENESS   | NEVER_RUNS       | true  | never runs within 10 min                       | never runs within 10 min
            LIVENESS   | UNPROTECTED      | true  | never restarts a dead container                | never restarts it: no probe runs after the first call that hangs
            LIVENESS   | UNPROTECTED      | false | might not restart a dead container             | might not restart it when it is dead: some results are missing
            READINESS  | STAYS_READY      | false | a dead container might stay Ready              | a dead container might stay Ready: the kubelet discards the results
            PRE_STOP   | NO_GRACEFUL_STOP | true  | no graceful stop                               | the hook has no effect: the container gets SIGTERM without it
            PRE_STOP   | NO_GRACEFUL_STOP | false | intermittently no graceful stop                | intermittently, the hook has no effect: the container gets SIGTERM without it
            PRE_STOP   | NEVER_DELETED    | true  | a deleted pod does not go away                 | a deleted pod does not go away within 10 min: the kubelet waits for the hook
            PRE_STOP   | NEVER_DELETED    | false | a deleted pod might not go away                | a deleted pod might not go away within 10 min: the kubelet waits for the hook
            LIVENESS   | LATE             | true  | restarts a dead container late                 | restarts a dead container late
            READINESS  | LATE             | true  | late to notice changes                         | late to notice changes
            STARTUP    | LATE             | true  | late to count as started                       | late to count as started
            POST_START | LATE             | true  | late to finish starting                        | late to finish starting
            PRE_STOP   | LATE             | true  | late to stop                                   | late to stop
            LIVENESS   | NOTHING_YET      | true  | no effect within 10 min                        | no effect within 10 min
            LIVENESS   | UNKNOWN          | false | how exec is broken is unknown                  | how exec is broken is unknown
            """)
    void reads(Handler handler, Outcome outcome, boolean certain, String summary, String sentence) {
        Consequence consequence = consequence(outcome, certain, false, null, 10);
        assertThat(ConsequenceText.summary(handler, consequence)).isEqualTo(summary);
        assertThat(ConsequenceText.sentence(handler, consequence)).isEqualTo(sentence);
    }

    @ParameterizedTest(name = "{0} {1}, discarded {2}, blocked by {3}")
    @CsvSource(delimiter = '|', textBlock = """
            READINESS | NEVER_READY   | true  |            | never becomes Ready: the kubelet discards the result; a pod that is already Ready stays Ready
            READINESS | NEVER_READY   | false | STARTUP    | never becomes Ready because the startup probe never succeeds
            LIVENESS  | UNPROTECTED   | true  |            | never restarts it: the kubelet discards the result
            LIVENESS  | NEVER_RUNS    | false | STARTUP    | never runs because the startup probe never succeeds
            LIVENESS  | NEVER_RUNS    | false | POST_START | never runs because the postStart hook never succeeds
            LIVENESS  | NEVER_RUNS    | true  |            | never runs
            STARTUP   | NEVER_STARTED | false | POST_START | never counts as started and never becomes Ready; its other probes never run: the postStart hook never succeeds
            """)
    void saysWhatIsBehindIt(
            Handler handler, Outcome outcome, boolean discarded, @Nullable Handler blockedBy, String sentence) {
        assertThat(ConsequenceText.sentence(handler, consequence(outcome, true, discarded, blockedBy, 10)))
                .isEqualTo(sentence);
    }

    @ParameterizedTest
    @CsvSource({"10, 10 min", "60, 60 min", "90, 90 min", "119, 119 min", "120, 2 h", "150, 150 min", "1440, 24 h"})
    void hoursAreWrittenWhereTheyAreWhole(double minutes, String duration) {
        assertThat(ConsequenceText.summary(
                        Handler.LIVENESS, consequence(Outcome.NOTHING_YET, true, false, null, minutes)))
                .isEqualTo("no effect within " + duration);
    }
}
