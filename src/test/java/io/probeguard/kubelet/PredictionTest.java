package io.probeguard.kubelet;

import static org.assertj.core.api.Assertions.assertThat;

import io.probeguard.kubelet.Consequence.Outcome;
import io.probeguard.probe.Handler;
import io.probeguard.probe.Pods;
import io.probeguard.probe.Workload;
import io.probeguard.probe.Workload.ExecHandler;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PredictionTest {
    private static final NodeSoftware DOCKER = NodeSoftware.of("v1.20.2", "docker://20.10.24");
    private static final NodeSoftware CONTAINERD = NodeSoftware.of("v1.37.2", "containerd://2.2.9");
    private static final NodeSoftware OLD_CONTAINERD = NodeSoftware.of("v1.19.3", "containerd://1.4.1");

    private static Consequence predict(Workload pod, Handler handler, ExecFault fault, NodeSoftware node) {
        ExecHandler exec = pod.execHandlers().stream()
                .filter(each -> each.handler() == handler)
                .findFirst()
                .orElseThrow();
        return new Prediction(new Situation(pod.pod(), null, node, fault)).of(exec.container(), handler);
    }

    private static Workload podWith(Handler handler) {
        return handler.isProbe()
                ? Pods.withProbe(handler.field(), ", initialDelaySeconds: 4, periodSeconds: 4")
                : Pods.pod("containers: [{name: app, lifecycle: {" + handler.word() + ": {exec: {command: [x]}}}}]");
    }

    private static NodeSoftware node(String name) {
        return switch (name) {
            case "docker" -> DOCKER;
            case "containerd" -> CONTAINERD;
            default -> OLD_CONTAINERD;
        };
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    LIVENESS   | ALWAYS_FAILS | docker     | RESTART_LOOP      | true
                    LIVENESS   | ALWAYS_FAILS | containerd | UNPROTECTED       | true
                    LIVENESS   | ALWAYS_HANGS | docker     | UNPROTECTED       | true
                    LIVENESS   | ALWAYS_HANGS | containerd | RESTART_LOOP      | true
                    LIVENESS   | ALWAYS_HANGS | old        | UNPROTECTED       | true
                    LIVENESS   | MAY_FAIL     | docker     | RESTART_LOOP      | false
                    LIVENESS   | MAY_FAIL     | containerd | UNPROTECTED       | false
                    LIVENESS   | MAY_HANG     | containerd | RESTART_LOOP      | false
                    LIVENESS   | MAY_BE_SLOW  | docker     | RESTART_LOOP      | false
                    LIVENESS   | MAY_BE_SLOW  | containerd | LATE              | true
                    LIVENESS   | NO_ANSWER    | docker     | RESTART_LOOP      | true
                    LIVENESS   | NO_ANSWER    | containerd | RESTART_LOOP      | true
                    LIVENESS   | NO_ANSWER    | old        | UNPROTECTED       | true
                    LIVENESS   | MAY_NOT_ANSWER | containerd | RESTART_LOOP    | false
                    LIVENESS   | MAY_RUN_LONG | containerd | RESTART_LOOP      | false
                    LIVENESS   | MAY_RUN_LONG | old        | UNPROTECTED       | false
                    READINESS  | NO_ANSWER    | containerd | NEVER_READY       | true
                    READINESS  | ALWAYS_FAILS | docker     | NEVER_READY       | true
                    READINESS  | ALWAYS_FAILS | containerd | NEVER_READY       | true
                    READINESS  | ALWAYS_HANGS | containerd | NEVER_READY       | true
                    READINESS  | MAY_FAIL     | docker     | SOMETIMES_UNREADY | false
                    READINESS  | MAY_BE_SLOW  | containerd | LATE              | true
                    STARTUP    | ALWAYS_FAILS | docker     | RESTART_LOOP      | true
                    STARTUP    | ALWAYS_FAILS | containerd | NEVER_STARTED     | true
                    STARTUP    | ALWAYS_HANGS | containerd | RESTART_LOOP      | true
                    STARTUP    | ALWAYS_HANGS | old        | NEVER_STARTED     | true
                    STARTUP    | MAY_BE_SLOW  | containerd | LATE              | true
                    STARTUP    | MAY_FAIL     | containerd | LATE              | false
                    POST_START | ALWAYS_FAILS | docker     | RESTART_LOOP      | true
                    POST_START | ALWAYS_FAILS | containerd | RESTART_LOOP      | true
                    POST_START | ALWAYS_HANGS | containerd | NEVER_STARTED     | true
                    POST_START | NO_ANSWER    | docker     | NEVER_STARTED     | true
                    POST_START | NO_ANSWER    | containerd | NEVER_STARTED     | true
                    POST_START | MAY_FAIL     | containerd | RESTART_LOOP      | false
                    POST_START | MAY_HANG     | containerd | NEVER_STARTED     | false
                    PRE_STOP   | ALWAYS_FAILS | docker     | NO_GRACEFUL_STOP  | true
                    PRE_STOP   | ALWAYS_FAILS | containerd | NO_GRACEFUL_STOP  | true
                    PRE_STOP   | ALWAYS_HANGS | containerd | NEVER_DELETED     | true
                    PRE_STOP   | ALWAYS_HANGS | docker     | NEVER_DELETED     | true
                    PRE_STOP   | MAY_FAIL     | containerd | NO_GRACEFUL_STOP  | false
                    """)
    void outcomes(Handler handler, ExecFault fault, String node, Outcome outcome, boolean certain) {
        Consequence consequence = predict(podWith(handler), handler, fault, node(node));
        assertThat(consequence.outcome()).isEqualTo(outcome);
        assertThat(consequence.certain()).isEqualTo(certain);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    , initialDelaySeconds: 10, periodSeconds: 4                  | RESTART_LOOP | 17 to 23 s
                    , initialDelaySeconds: 4, periodSeconds: 4                   | RESTART_LOOP | 11 to 17 s
                    ''                                                           | RESTART_LOOP | 20 to 32 s
                    , periodSeconds: 10, failureThreshold: 1                     | RESTART_LOOP | 0 to 12 s
                    , failureThreshold: 999999999                                | NOTHING_YET  |
                    , initialDelaySeconds: 2147483647, periodSeconds: 2147483647 | NEVER_RUNS   |
                    """)
    void theFirstKillComesAfter(String numbers, Outcome outcome, String firstKill) {
        Consequence consequence =
                predict(Pods.withProbe("livenessProbe", numbers), Handler.LIVENESS, ExecFault.ALWAYS_FAILS, DOCKER);
        assertThat(consequence.outcome()).isEqualTo(outcome);
        assertThat(
                        consequence.firstKill() == null
                                ? null
                                : consequence.firstKill().toString())
                .isEqualTo(firstKill);
    }

    /** A quarter more than until the first kill, in steps of 15 minutes, and a day at most. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    ALWAYS_FAILS   | livenessProbe: {exec: {}}                                                | 900
                    ALWAYS_FAILS   | livenessProbe: {exec: {}, initialDelaySeconds: 3000, periodSeconds: 100} | 4500
                    ALWAYS_FAILS   | startupProbe: {exec: {}, failureThreshold: 200}                          | 2700
                    ALWAYS_FAILS   | readinessProbe: {exec: {}, failureThreshold: 200}                        | 900
                    ALWAYS_FAILS   | livenessProbe: {exec: {}, failureThreshold: 999999999}                   | 86400
                    ALWAYS_FAILS   | livenessProbe: {exec: {}, failureThreshold: 19}                          | 900
                    ALWAYS_HANGS   | livenessProbe: {exec: {}, failureThreshold: 19}                          | 3600
                    MAY_HANG       | livenessProbe: {exec: {}, failureThreshold: 19}                          | 3600
                    NO_ANSWER      | livenessProbe: {exec: {}, failureThreshold: 19}                          | 3600
                    MAY_NOT_ANSWER | livenessProbe: {exec: {}, failureThreshold: 19}                          | 3600
                    ALWAYS_HANGS   | livenessProbe: {exec: {}, failureThreshold: 19, timeoutSeconds: 60}      | 4500
                    ALWAYS_HANGS   | livenessProbe: {httpGet: {port: 1}, failureThreshold: 19}                | 900
                    """)
    void looksBeyondTheFirstKill(ExecFault fault, String probe, double seconds) {
        Workload pod = Pods.pod("containers: [{name: app, " + probe + "}]");
        PodTimeline timeline = new Prediction(new Situation(pod.pod(), null, CONTAINERD, fault)).timeline();
        assertThat(Objects.requireNonNull(timeline).seconds()).isEqualTo(seconds);
    }

    @ParameterizedTest
    @CsvSource({
        "containerd, ', terminationGracePeriodSeconds: 7', '', 7",
        "containerd, ', terminationGracePeriodSeconds: 7', 'terminationGracePeriodSeconds: 12, ', 7",
        "docker, ', terminationGracePeriodSeconds: 7', 'terminationGracePeriodSeconds: 12, ', 12",
        "containerd, '', 'terminationGracePeriodSeconds: 12, ', 12",
        "containerd, '', '', 30",
    })
    void theProgramHasTheGraceThatTheKubeletHeeds(String node, String ofProbe, String ofPod, long grace) {
        Workload pod = Pods.pod(ofPod + "containers: [{name: app, livenessProbe: {exec: {}" + ofProbe + "}}]");
        ExecFault fault = node.equals("docker") ? ExecFault.ALWAYS_FAILS : ExecFault.ALWAYS_HANGS;
        Consequence consequence = predict(pod, Handler.LIVENESS, fault, node(node));
        assertThat(consequence.outcome()).isEqualTo(Outcome.RESTART_LOOP);
        assertThat(consequence.grace()).isEqualTo(grace);
    }

    @ParameterizedTest
    @CsvSource({
        "READINESS, ALWAYS_FAILS, containerd, true",
        "READINESS, ALWAYS_FAILS, docker, false", // all count
        "READINESS, MAY_FAIL, containerd, false", // some succeed
    })
    void saysWhereAllResultsAreThrownAway(Handler handler, ExecFault fault, String node, boolean discarded) {
        assertThat(predict(podWith(handler), handler, fault, node(node)).discarded())
                .isEqualTo(discarded);
    }

    /** No result of it is thrown away, and none comes so often that it kills. */
    @Test
    void aStartupProbeMayTakeLongerThanIsLookedAt() {
        Workload pod = Pods.withProbe("startupProbe", ", failureThreshold: 999999999");
        Consequence consequence = predict(pod, Handler.STARTUP, ExecFault.ALWAYS_FAILS, DOCKER);
        assertThat(consequence.outcome()).isEqualTo(Outcome.NOTHING_YET);
        assertThat(consequence.certain()).isTrue();
    }

    /** A container is killed when its grace is over, and what is called in it ends with it or is too late. */
    @ParameterizedTest
    @CsvSource({
        "MAY_BE_SLOW, containerd, 30, NO_GRACEFUL_STOP, false",
        "MAY_BE_SLOW, containerd, 300, LATE, true",
        "MAY_BE_SLOW, docker, 30, NO_GRACEFUL_STOP, false",
        "MAY_BE_SLOW, docker, 300, LATE, true",
        "MAY_RUN_LONG, containerd, 30, NO_GRACEFUL_STOP, false",
        "MAY_RUN_LONG, containerd, 300, LATE, true",
    })
    void aSlowPreStopHookIsOfUseWhereThereIsGraceForIt(
            ExecFault fault, String node, int grace, Outcome outcome, boolean certain) {
        Workload pod = Pods.pod("terminationGracePeriodSeconds: " + grace
                + ", containers: [{name: app, lifecycle: {preStop: {exec: {command: [x]}}}}]");
        Consequence consequence = predict(pod, Handler.PRE_STOP, fault, node(node));
        assertThat(consequence.outcome()).isEqualTo(outcome);
        assertThat(consequence.certain()).isEqualTo(certain);
    }

    /** Containers are started one after another, each after the hook of the one before. */
    @Test
    void aHookOfAContainerThatIsNeverCreatedNeverRuns() {
        Workload pod = Pods.pod("containers: [{name: first, lifecycle: {postStart: {exec: {}}}}, "
                + "{name: second, lifecycle: {postStart: {exec: {}}}}]");
        Prediction prediction = new Prediction(new Situation(pod.pod(), null, CONTAINERD, ExecFault.ALWAYS_HANGS));
        assertThat(pod.execHandlers())
                .extracting(exec ->
                        prediction.of(exec.container(), Handler.POST_START).outcome())
                .containsExactly(Outcome.NEVER_STARTED, Outcome.NEVER_RUNS);
    }

    /** Its program is taken to end well on SIGTERM. */
    @Test
    void aJobIsCompleteWhenItsContainerWasKilled() {
        Workload job = Pods.read("{apiVersion: batch/v1, kind: Job, metadata: {name: nightly}, spec: {"
                        + "template: {spec: {restartPolicy: Never, "
                        + "containers: [{name: app, livenessProbe: {exec: {}}}]}}}}")
                .get(0)
                .workload();
        PodTimeline timeline =
                new Prediction(new Situation(job.pod(), job.job(), DOCKER, ExecFault.ALWAYS_FAILS)).timeline();
        assertThat(Objects.requireNonNull(timeline).events())
                .anyMatch(event -> event.event() == EventKind.JOB_COMPLETE);
    }

    @Test
    void aPodThatIsNeverRestartedFails() {
        Workload pod = Pods.pod("restartPolicy: Never, containers: [{name: app, livenessProbe: {exec: {}}}]");
        assertThat(predict(pod, Handler.LIVENESS, ExecFault.ALWAYS_FAILS, DOCKER)
                        .outcome())
                .isEqualTo(Outcome.POD_FAILS);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    startupProbe: {exec: {}}            | LIVENESS  | NEVER_RUNS  | STARTUP
                    startupProbe: {exec: {}}            | READINESS | NEVER_READY | STARTUP
                    'lifecycle: {postStart: {exec: {}}}' | LIVENESS  | NEVER_RUNS  | POST_START
                    'lifecycle: {postStart: {exec: {}}}' | READINESS | NEVER_READY | POST_START
                    """)
    void whatComesFirstKeepsTheOthersFromRunning(String first, Handler handler, Outcome outcome, Handler blockedBy) {
        Workload pod = Pods.pod(
                "containers: [{name: app, " + first + ", livenessProbe: {exec: {}}, readinessProbe: {exec: {}}}]");
        Consequence consequence = predict(pod, handler, ExecFault.ALWAYS_FAILS, CONTAINERD);
        assertThat(consequence.outcome()).isEqualTo(outcome);
        assertThat(consequence.blockedBy()).isEqualTo(blockedBy);
    }

    /** The kubelet asks Docker for all containers of a pod of which one has started or ended. */
    @Test
    void aHangOverDockerTakesTheNodeDown() {
        Workload pod = Pods.pod("containers: [{name: app, livenessProbe: {exec: {}}}, {name: ends, livenessProbe: "
                + "{exec: {}, failureThreshold: 1}}]");
        PodTimeline timeline =
                new Prediction(new Situation(pod.pod(), null, DOCKER, ExecFault.ALWAYS_HANGS)).timeline();
        assertThat(Objects.requireNonNull(timeline).events())
                .anyMatch(event -> event.event() == EventKind.NODE_NOT_READY);
    }

    /** The webhook predicts pods that anybody may write: the time that takes is bounded. */
    @ParameterizedTest
    @CsvSource({
        "LIVENESS, 'livenessProbe: {exec: {}, periodSeconds: 1}'",
        "POST_START, 'lifecycle: {postStart: {exec: {}}}'",
    })
    void aPodWithTooManyContainersIsNotPredicted(Handler handler, String exec) {
        String containers = IntStream.range(0, 2000)
                .mapToObj(i -> "{name: c" + i + ", " + exec + "}")
                .collect(Collectors.joining(", "));
        Workload pod = Pods.pod("containers: [" + containers + "]");
        Prediction prediction = new Prediction(new Situation(pod.pod(), null, DOCKER, ExecFault.ALWAYS_FAILS));
        assertThat(prediction.timeline()).isNull();
        assertThat(predict(pod, handler, ExecFault.ALWAYS_FAILS, DOCKER)).isEqualTo(Consequence.UNKNOWN);
    }

    @Test
    void podsThatDifferInPlacementOnlyArePredictedOnce() {
        Workload one = Pods.pod("nodeName: a, containers: [{name: app, livenessProbe: {exec: {}}}]");
        Workload other = Pods.pod("nodeName: b, containers: [{name: app, livenessProbe: {exec: {}}}]");
        assertThat(Prediction.of(new Situation(one.pod(), null, DOCKER, ExecFault.ALWAYS_FAILS)))
                .isSameAs(Prediction.of(new Situation(other.pod(), null, DOCKER, ExecFault.ALWAYS_FAILS)));
    }
}
