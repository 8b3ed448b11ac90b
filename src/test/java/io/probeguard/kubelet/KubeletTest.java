package io.probeguard.kubelet;

import static org.assertj.core.api.Assertions.assertThat;

import io.probeguard.kubelet.Consequence.Life;
import io.probeguard.kubelet.Consequence.Outcome;
import io.probeguard.kubelet.Consequence.Seconds;
import io.probeguard.kubelet.ExecFault.Result;
import io.probeguard.probe.Handler;
import io.probeguard.probe.Pods;
import io.probeguard.probe.Workload;
import io.probeguard.probe.Workload.ExecHandler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KubeletTest {
    private static final String INJECTOR = ", initialDelaySeconds: 4, periodSeconds: 4";

    private static Consequence predict(Workload pod, Handler handler, Result result, boolean always) {
        ExecHandler exec = pod.execHandlers().stream()
                .filter(each -> each.handler() == handler)
                .findFirst()
                .orElseThrow();
        return Kubelet.predict(pod.pod(), exec.container(), handler, exec.timing(), new ExecFault(result, always));
    }

    private static Workload podWith(Handler handler) {
        return handler.isProbe()
                ? Pods.withProbe(handler.field(), INJECTOR)
                : Pods.pod("containers: [{name: app, lifecycle: {" + handler.word() + ": {exec: {command: [x]}}}}]");
    }

    @ParameterizedTest(name = "{0} {1} always={2}")
    @CsvSource(delimiter = '|', textBlock = """
                    LIVENESS   | FAILURE           | true  | RESTART_LOOP      | 12 to 16 s
                    LIVENESS   | FAILURE           | false | SOMETIMES_KILLED  | 12 to 16 s
                    LIVENESS   | ERROR             | true  | UNPROTECTED       |
                    LIVENESS   | ERROR             | false | UNPROTECTED       |
                    LIVENESS   | TIMEOUT           | true  | RESTART_LOOP      | 13 to 17 s
                    LIVENESS   | TIMEOUT           | false | SOMETIMES_KILLED  | 13 to 17 s
                    LIVENESS   | TIMEOUT_DISCARDED | true  | UNPROTECTED       |
                    LIVENESS   | NEVER_RETURNS     | true  | UNPROTECTED       |
                    LIVENESS   | NEVER_RETURNS     | false | UNPROTECTED       |
                    READINESS  | FAILURE           | true  | NEVER_READY       |
                    READINESS  | FAILURE           | false | SOMETIMES_UNREADY |
                    READINESS  | ERROR             | true  | NEVER_READY       |
                    READINESS  | ERROR             | false | SOMETIMES_UNREADY |
                    READINESS  | TIMEOUT           | true  | NEVER_READY       |
                    READINESS  | TIMEOUT_DISCARDED | true  | NEVER_READY       |
                    READINESS  | TIMEOUT_DISCARDED | false | SOMETIMES_UNREADY |
                    READINESS  | NEVER_RETURNS     | true  | NEVER_READY       |
                    STARTUP    | FAILURE           | true  | RESTART_LOOP      | 12 to 16 s
                    STARTUP    | FAILURE           | false | SOMETIMES_KILLED  | 12 to 16 s
                    STARTUP    | ERROR             | true  | NEVER_STARTED     |
                    STARTUP    | TIMEOUT           | true  | RESTART_LOOP      | 13 to 17 s
                    STARTUP    | TIMEOUT_DISCARDED | true  | NEVER_STARTED     |
                    STARTUP    | NEVER_RETURNS     | true  | NEVER_STARTED     |
                    POST_START | FAILURE           | true  | RESTART_LOOP      |
                    POST_START | ERROR             | true  | RESTART_LOOP      |
                    POST_START | ERROR             | false | SOMETIMES_KILLED  |
                    POST_START | TIMEOUT           | true  | NEVER_STARTED     |
                    POST_START | NEVER_RETURNS     | true  | NEVER_STARTED     |
                    PRE_STOP   | FAILURE           | true  | NO_GRACEFUL_STOP  |
                    PRE_STOP   | ERROR             | true  | NO_GRACEFUL_STOP  |
                    PRE_STOP   | TIMEOUT           | true  | NO_GRACEFUL_STOP  |
                    PRE_STOP   | NEVER_RETURNS     | false | NO_GRACEFUL_STOP  |
                    """)
    void outcomes(Handler handler, Result result, boolean always, Outcome outcome, String firstKill) {
        Consequence consequence = predict(podWith(handler), handler, result, always);

        assertThat(consequence.outcome()).isEqualTo(outcome);
        assertThat(
                        consequence.firstKill() == null
                                ? null
                                : consequence.firstKill().toString())
                .isEqualTo(firstKill);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    , initialDelaySeconds: 10, periodSeconds: 4                 | FAILURE | 18 to 22 s
                    , initialDelaySeconds: 4, periodSeconds: 4                  | FAILURE | 12 to 16 s
                    ''                                                          | FAILURE | 20 to 30 s
                    , periodSeconds: 10, failureThreshold: 1                    | FAILURE | 0 to 10 s
                    , periodSeconds: 10, timeoutSeconds: 5                      | TIMEOUT | 25 to 35 s
                    , periodSeconds: 5, timeoutSeconds: 20, failureThreshold: 2 | TIMEOUT | 40 to 45 s
                    , failureThreshold: 999999999                               | FAILURE | 9999999980 to 9999999990 s
                    , initialDelaySeconds: 2147483647, periodSeconds: 2147483647 | FAILURE | 6442450941 to 8589934588 s
                    """)
    void theThresholdIsReachedAfter(String numbers, Result result, String firstKill) {
        Consequence consequence = predict(Pods.withProbe("livenessProbe", numbers), Handler.LIVENESS, result, true);
        assertThat(consequence.firstKill()).hasToString(firstKill);
        assertThat(consequence.graceSeconds()).isEqualTo(30);
    }

    /** Each life lasts its longest; what follows is the wait before the next. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    , initialDelaySeconds: 4, periodSeconds: 4    | 300   | 0, 16, 42, 78, 134, 230
                    , periodSeconds: 50                           | 300   | 0, 150
                    , periodSeconds: 50                           | 3000  | 0, 150, 310, 480, 670, 900, 1210, 1660, 2110, 2560
                    , periodSeconds: 250                          | 3000  | 0, 750, 1500, 2250
                    """)
    void aContainerIsRestartedRepeatedly(String numbers, long seconds, String starts) {
        Consequence consequence =
                predict(Pods.withProbe("livenessProbe", numbers), Handler.LIVENESS, Result.FAILURE, true);
        assertThat(consequence.lives(seconds).stream().map(Life::start).map(String::valueOf))
                .containsExactly(starts.split(", ", -1));
    }

    @Test
    void livesEndOnlyWhereItIsCertain() {
        Workload pod = Pods.withProbe("livenessProbe", "");
        assertThat(predict(pod, Handler.LIVENESS, Result.FAILURE, false).lives(600))
                .isEmpty();
        assertThat(predict(Pods.withProbe("readinessProbe", ""), Handler.READINESS, Result.FAILURE, true)
                        .lives(600))
                .isEmpty();
        Workload job = Pods.pod("restartPolicy: Never, containers: [{name: app, livenessProbe: {exec: {}}}]");
        assertThat(predict(job, Handler.LIVENESS, Result.FAILURE, true).lives(600))
                .containsExactly(new Life(0, new Seconds(20, 30L)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    FAILURE       | true  |
                    FAILURE       | false | 9 s or more
                    ERROR         | false | 9 s or more
                    NEVER_RETURNS | false | 9 s or more
                    """)
    void aContainerIsReadyAfter(Result result, boolean always, String ready) {
        Workload pod =
                Pods.withProbe("readinessProbe", ", initialDelaySeconds: 3, periodSeconds: 3, successThreshold: 3");
        assertThat(predict(pod, Handler.READINESS, result, always).firstReady())
                .satisfies(seconds ->
                        assertThat(seconds == null ? null : seconds.toString()).isEqualTo(ready));
    }

    @Test
    void aPodThatIsNeverRestartedFails() {
        Workload job = Pods.pod("restartPolicy: Never, containers: [{name: app, livenessProbe: {exec: {}}, lifecycle:"
                + " {postStart: {exec: {}}}}]");
        assertThat(predict(job, Handler.LIVENESS, Result.FAILURE, true).outcome())
                .isEqualTo(Outcome.POD_FAILS);
        assertThat(predict(job, Handler.POST_START, Result.ERROR, true).outcome())
                .isEqualTo(Outcome.POD_FAILS);
    }

    @Test
    void aSidecarIsRestartedWhateverThePodsRestartPolicy() {
        Workload pod = Pods.pod("restartPolicy: Never, initContainers: [{name: side, restartPolicy: Always,"
                + " livenessProbe: {exec: {}}}], containers: []");
        assertThat(predict(pod, Handler.LIVENESS, Result.FAILURE, true).outcome())
                .isEqualTo(Outcome.RESTART_LOOP);
    }

    @Test
    void anExecStartupProbeThatNeverSucceedsComesBeforeAllOthers() {
        Workload pod = Pods.pod("containers: [{name: app, livenessProbe: {exec: {}}, readinessProbe: {exec: {}},"
                + " startupProbe: {exec: {}, periodSeconds: 5, failureThreshold: 30}}]");
        assertThat(predict(pod, Handler.LIVENESS, Result.FAILURE, true).outcome())
                .isEqualTo(Outcome.NEVER_STARTED);
        assertThat(predict(pod, Handler.READINESS, Result.FAILURE, true).sentence())
                .contains("startup probe");
        assertThat(predict(pod, Handler.STARTUP, Result.FAILURE, true).firstKill())
                .hasToString("145 to 150 s");
    }

    @Test
    void afterAStartupProbeOfAnotherKindOnlyTheEarliestTimeIsKnown() {
        Workload pod = Pods.pod("containers: [{name: app, livenessProbe: {exec: {}}, startupProbe: {httpGet: {}}}]");
        assertThat(predict(pod, Handler.LIVENESS, Result.FAILURE, true).firstKill())
                .hasToString("20 s or more");
    }

    @Test
    void theProbesOwnGracePeriodGoesBeforeThePods() {
        Workload pod = Pods.pod("terminationGracePeriodSeconds: 120, containers: [{name: app, livenessProbe: {exec: {},"
                + " terminationGracePeriodSeconds: 7}, startupProbe: {exec: {}}, lifecycle: {preStop: {exec: {}}}}]");
        assertThat(predict(pod, Handler.STARTUP, Result.FAILURE, true).graceSeconds())
                .isEqualTo(120);
        assertThat(predict(pod, Handler.LIVENESS, Result.FAILURE, false).graceSeconds())
                .isEqualTo(7);
        assertThat(predict(pod, Handler.PRE_STOP, Result.TIMEOUT, true).sentence())
                .contains("120 s");
    }

    @Test
    void gracePeriodsAreAsLongAsTheApiAllows() {
        Workload pod = Pods.pod("terminationGracePeriodSeconds: 9999999999, containers: [{name: app, livenessProbe:"
                + " {exec: {}}, startupProbe: {exec: {}, terminationGracePeriodSeconds: 3000000000}}]");
        assertThat(predict(pod, Handler.LIVENESS, Result.FAILURE, false).graceSeconds())
                .isEqualTo(9999999999L);
        assertThat(predict(pod, Handler.STARTUP, Result.FAILURE, true).graceSeconds())
                .isEqualTo(3000000000L);
    }

    @Test
    void nothingIsPredictedForAnUnknownFault() {
        Workload pod = Pods.withProbe("livenessProbe", "");
        ExecHandler exec = pod.execHandlers().get(0);
        Consequence consequence = Kubelet.predict(pod.pod(), exec.container(), exec.handler(), exec.timing(), null);
        assertThat(consequence.outcome()).isEqualTo(Outcome.UNKNOWN);
    }
}
