package io.probeguard.kubelet;

import static org.assertj.core.api.Assertions.assertThat;

import io.probeguard.kubelet.PodTimeline.Absence;
import io.probeguard.kubelet.PodTimeline.Event;
import io.probeguard.kubelet.Scenario.OnTerm;
import io.probeguard.probe.Pods;
import io.probeguard.probe.Workload;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What no recording shows: rules that follow from the source, at the versions that have and have not them. */
class PodSimulationTest {
    private static final String ALWAYS_DEAD = "livenessProbe: {exec: {}, periodSeconds: 5, failureThreshold: 1}";
    private static final OnTerm ENDS_BADLY = new OnTerm(1);
    private static final OnTerm IGNORES_TERM = new OnTerm(null);

    private static List<PodTimeline> simulate(Workload workload, String kubelet, OnTerm onTerm, double seconds) {
        Faults faults = new Faults(List.of(Fault.parse("command-fails")));
        NodeSoftware node = NodeSoftware.of(kubelet, "containerd://2.2.9");
        return PodSimulation.run(new Scenario(workload.pod(), node, faults, onTerm, null, workload.job(), seconds), 200)
                .timelines();
    }

    private static PodTimeline simulate(String pod, String kubelet) {
        return simulate(Pods.pod(pod), kubelet, ENDS_BADLY, 300).get(0);
    }

    private static Workload job(String spec, String pod) {
        return Pods.read("{apiVersion: batch/v1, kind: Job, metadata: {name: nightly}, spec: {" + spec
                        + ", template: {spec: {" + pod + "}}}}")
                .get(0)
                .workload();
    }

    private static List<Event> all(PodTimeline timeline, EventKind kind, @Nullable String container) {
        return timeline.events().stream()
                .filter(event -> event.event() == kind && Objects.equals(event.container(), container))
                .toList();
    }

    private static Event first(PodTimeline timeline, EventKind kind, @Nullable String container) {
        return all(timeline, kind, container).get(0);
    }

    /** pkg/controller/job/job_controller.go, pastActiveDeadline; later releases wait for the end of its pods, 30 s here. */
    @ParameterizedTest
    @CsvSource({"v1.20.2, 66", "v1.37.2, 96"})
    void aJobFailsAtItsDeadline(String kubelet, double latest) {
        Workload job = job("activeDeadlineSeconds: 60", "restartPolicy: Never, containers: [{name: app}]");
        PodTimeline timeline = simulate(job, kubelet, ENDS_BADLY, 300).get(0);
        Event failed = first(timeline, EventKind.JOB_FAILED, null);
        assertThat(failed.certain()).isTrue();
        assertThat(failed.earliest()).isBetween(55.0, 60.0);
        assertThat(failed.latest()).isBetween(latest - 6, latest);
    }

    /** pkg/controller/job/job_controller.go, pastBackoffLimitOnFailure: restarts count, and 0 is as 1. */
    @ParameterizedTest
    @CsvSource({"0, 2", "1, 2", "2, 3"})
    void aJobWhosePodRestartsFailsAtItsLimit(int limit, int starts) {
        Workload job = job(
                "backoffLimit: " + limit, "restartPolicy: OnFailure, containers: [{name: app, " + ALWAYS_DEAD + "}]");
        PodTimeline timeline = simulate(job, "v1.37.2", ENDS_BADLY, 300).get(0);
        assertThat(first(timeline, EventKind.JOB_FAILED, null).certain()).isTrue();
        assertThat(all(timeline, EventKind.STARTED, "app").stream().filter(Event::certain))
                .hasSize(starts);
    }

    @Test
    void aJobWhosePodRestartsLessOftenGoesOn() {
        Workload job =
                job("backoffLimit: 50", "restartPolicy: OnFailure, containers: [{name: app, " + ALWAYS_DEAD + "}]");
        PodTimeline timeline = simulate(job, "v1.37.2", ENDS_BADLY, 300).get(0);
        assertThat(all(timeline, EventKind.JOB_FAILED, null)).isEmpty();
        assertThat(all(timeline, EventKind.STARTED, "app")).hasSizeGreaterThan(3);
    }

    @Test
    void initContainersRunOneAfterAnother() {
        PodTimeline timeline =
                simulate("initContainers: [{name: one}, {name: two}], containers: [{name: app}]", "v1.37.2");
        List<Double> order = List.of(
                first(timeline, EventKind.STARTED, "one").earliest(),
                Objects.requireNonNull(first(timeline, EventKind.STARTED, "two").latest()),
                Objects.requireNonNull(first(timeline, EventKind.STARTED, "app").latest()),
                Objects.requireNonNull(first(timeline, EventKind.READY, null).latest()));
        assertThat(order).isSorted().doesNotHaveDuplicates();
        assertThat(all(timeline, EventKind.STARTED, "one")).hasSize(1);
        assertThat(first(timeline, EventKind.INITIALIZED, null).certain()).isTrue();
    }

    /** SidecarContainers, KEP-753. Before, the kubelet waits for its end. */
    @ParameterizedTest
    @CsvSource({"v1.29.0, true", "v1.28.15, false"})
    void aSidecarIsRestartedAndKeepsNothingBack(String kubelet, boolean sidecars) {
        PodTimeline timeline = simulate(
                "initContainers: [{name: proxy, restartPolicy: Always, " + ALWAYS_DEAD
                        + "}], containers: [{name: app}]",
                kubelet);
        assertThat(all(timeline, EventKind.STARTED, "app").size()).isEqualTo(sidecars ? 1 : 0);
        assertThat(all(timeline, EventKind.STARTED, "proxy").size() > 1).isEqualTo(sidecars);
        assertThat(timeline.never().contains(new Absence(EventKind.INITIALIZED, null)))
                .isEqualTo(!sidecars);
    }

    /** ContainerRestartRules, KEP-5307. */
    @ParameterizedTest
    @CsvSource({
        "v1.35.0, Always, Never, false",
        "v1.35.0, Never, Always, true",
        "v1.35.0, Never, OnFailure, true",
        "v1.34.9, Always, Never, true",
        "v1.34.9, Never, Always, false",
    })
    void aContainerMayHaveARestartPolicyOfItsOwn(String kubelet, String ofPod, String own, boolean restarts) {
        PodTimeline timeline = simulate(
                "restartPolicy: " + ofPod + ", containers: [{name: app, restartPolicy: " + own + ", " + ALWAYS_DEAD
                        + "}]",
                kubelet);
        assertThat(all(timeline, EventKind.STARTED, "app").size() > 1).isEqualTo(restarts);
    }

    /** ProbeTerminationGracePeriod, KEP-2238. */
    @ParameterizedTest
    @CsvSource({"v1.25.0, 4", "v1.24.17, 60"})
    void aProgramThatIgnoresTermHasTheGraceThatTheKubeletHeeds(String kubelet, double grace) {
        Workload pod = Pods.pod("terminationGracePeriodSeconds: 60, containers: [{name: app, livenessProbe: "
                + "{exec: {}, periodSeconds: 5, failureThreshold: 1, terminationGracePeriodSeconds: 4}}]");
        PodTimeline ignores = simulate(pod, kubelet, IGNORES_TERM, 300).get(0);
        PodTimeline ends = simulate(pod, kubelet, ENDS_BADLY, 300).get(0);
        double waits = Objects.requireNonNull(
                        first(ignores, EventKind.KILLED, "app").latest())
                - Objects.requireNonNull(first(ends, EventKind.KILLED, "app").latest());
        assertThat(waits).isBetween(grace - 1, grace + 1);
    }

    /**
     * What waits for the end of its back-off is looked at every 10 to 16 s; since #133066 at the end, which jitter puts off by
     * up to half of the wait: sooner where that is short, later where it is long.
     */
    @ParameterizedTest
    @CsvSource({"v1.35.0, 4, 31, 35", "v1.34.9, 4, 36, 40", "v1.35.0, 7, 235, 246", "v1.34.9, 7, 210, 221"})
    void backOffIsOverWhenTheKubeletLooks(String kubelet, int n, double atLeast, double atMost) {
        PodTimeline timeline = simulate(
                "terminationGracePeriodSeconds: 1, containers: [{name: app, livenessProbe: "
                        + "{exec: {}, periodSeconds: 1, failureThreshold: 1}}]",
                kubelet);
        Event started = all(timeline, EventKind.STARTED, "app").get(n - 1);
        assertThat(started.latest()).isBetween(atLeast, atMost);
    }
}
