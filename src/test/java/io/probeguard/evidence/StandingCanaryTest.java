package io.probeguard.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.probeguard.catalogue.Effect;
import io.probeguard.evidence.Recording.Present;
import io.probeguard.node.CanaryEvidence;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What canaries that stay say, from recordings of real kubelets whose exec was broken in a known way. */
class StandingCanaryTest {
    private static final List<Recording> RECORDINGS = Recording.all();

    /** When each recording begins. */
    private static final Instant DAY = Instant.parse("2026-11-27T00:00:00Z");

    private static Recording recording(String runtime, String kubelet) {
        return RECORDINGS.stream()
                .filter(each -> each.runtime().startsWith(runtime + "://")
                        && each.kubelet().startsWith("v" + kubelet + "."))
                .findFirst()
                .orElseThrow();
    }

    private static Pod pod(Present moment, String image) {
        return new PodBuilder(moment.pod())
                .withNewSpec()
                .addNewContainer()
                .withImage(image)
                .withNewReadinessProbe()
                .withPeriodSeconds(1)
                .endReadinessProbe()
                .endContainer()
                .endSpec()
                .build();
    }

    private static List<Present> beforeRemoval(Recording recording, String fault) {
        return recording.present(fault).stream()
                .filter(moment -> moment.pod().getMetadata().getDeletionTimestamp() == null)
                .toList();
    }

    private static Instant lastEvent(List<Event> events, Instant otherwise) {
        return events.stream().map(CanaryReading::at).max(Instant::compareTo).orElse(otherwise);
    }

    private static Optional<CanaryEvidence> after(Recording recording, String fault, Duration more, String image) {
        List<Present> moments = beforeRemoval(recording, fault);
        Present last = moments.get(moments.size() - 1);
        Instant started = CanaryReading.startedAt(
                Objects.requireNonNull(CanaryReading.containers(last.pod()).get(CanaryPod.FIRST)));
        return StandingCanary.read(
                pod(last, image),
                last.events(),
                lastEvent(last.events(), started).plus(more));
    }

    /** With the effect of the last moment, and of six minutes and of a quarter of an hour without a further Event. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            docker     | 1.20 | none                  | -               | works           | works
            docker     | 1.20 | always-fails          | ALWAYS_FAILS    | ALWAYS_FAILS    | ALWAYS_HANGS
            docker     | 1.20 | sometimes-fails       | SOMETIMES_FAILS | SOMETIMES_FAILS | -
            docker     | 1.20 | slow-later            | -               | works           | works
            docker     | 1.20 | always-fails-later    | SOMETIMES_FAILS | SOMETIMES_FAILS | -
            containerd | 1.20 | none                  | -               | works           | works
            containerd | 1.20 | always-fails          | ALWAYS_FAILS    | ALWAYS_FAILS    | ALWAYS_HANGS
            containerd | 1.20 | sometimes-fails       | -               | works           | works
            containerd | 1.20 | slow-later            | -               | works           | works
            containerd | 1.20 | always-fails-later    | SOMETIMES_FAILS | SOMETIMES_FAILS | works
            containerd | 1.37 | none                  | -               | works           | works
            containerd | 1.37 | always-fails          | ALWAYS_FAILS    | ALWAYS_FAILS    | ALWAYS_HANGS
            containerd | 1.37 | sometimes-fails       | -               | works           | works
            containerd | 1.37 | slow-later            | -               | works           | works
            containerd | 1.37 | always-fails-later    | SOMETIMES_FAILS | SOMETIMES_FAILS | works
            """)
    void says(String runtime, String kubelet, String fault, String now, String soon, String late) {
        Recording recording = recording(runtime, kubelet);
        assertThat(word(after(recording, fault, Duration.ZERO, "pause"))).isEqualTo(now);
        assertThat(word(after(recording, fault, Duration.ofMinutes(6), "pause")))
                .isEqualTo(soon);
        assertThat(word(after(
                        recording,
                        fault,
                        StandingCanary.QUIET.plus(StandingCanary.PROVEN).plusSeconds(1),
                        "pause")))
                .isEqualTo(late);
    }

    @ParameterizedTest
    @FieldSource("RECORDINGS")
    void whatHangsIsBroken(Recording recording) {
        assertThat(after(recording, "hangs", Duration.ofMinutes(4), "pause"))
                .map(CanaryEvidence::effect)
                .hasValue(Effect.ALWAYS_HANGS);
        assertThat(after(recording, "hangs-later", Duration.ofMinutes(4), "pause"))
                .map(CanaryEvidence::effect)
                .hasValue(Effect.HANGS);
    }

    private static @Nullable String word(Optional<CanaryEvidence> evidence) {
        return evidence.map(
                        each -> each.effect() == null ? "works" : each.effect().name())
                .orElse(null);
    }

    /** Whatever is done to a pod, such as removing it, a healthy node is never called broken. */
    @ParameterizedTest
    @FieldSource("RECORDINGS")
    void aHealthyNodeIsNeverBroken(Recording recording) {
        for (Present moment : recording.present("none")) {
            Instant now = lastEvent(moment.events(), DAY);
            assertThat(StandingCanary.read(pod(moment, "pause"), moment.events(), now)
                            .filter(each -> !each.works()))
                    .as("after %s", moment.at())
                    .isEmpty();
        }
    }

    /** Over CRI it would stay Ready for ever. */
    @ParameterizedTest
    @FieldSource("RECORDINGS")
    void anOldProofIsNone(Recording recording) {
        assertThat(after(recording, "none", Duration.ofHours(6), "pause")).isPresent();
        assertThat(after(recording, "none", Duration.ofHours(8), "pause")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"pause", "registry.k8s.io/pause:3.10", "k8s.gcr.io/pause@sha256:1", "a.b/c/pause-fips:1"})
    void whoseImageItIsMatters(String image) {
        assertThat(after(recording("containerd", "1.37"), "none", Duration.ofMinutes(6), image))
                .map(CanaryEvidence::anyImage)
                .hasValue(image.contains("fips"));
    }
}
