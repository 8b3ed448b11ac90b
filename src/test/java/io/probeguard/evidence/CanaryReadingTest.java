package io.probeguard.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Event;
import io.probeguard.evidence.ExecSignal.Meaning;
import io.probeguard.evidence.Recording.Present;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What canaries say, from recordings of real kubelets whose exec was broken in a known way. */
class CanaryReadingTest {
    private static final List<Recording> RECORDINGS = Recording.all();

    static List<ExecSignal> signals() {
        return ExecSignal.TABLE;
    }

    private static Recording recording(String runtime, String kubelet) {
        return RECORDINGS.stream()
                .filter(recording -> recording.runtime().startsWith(runtime + "://")
                        && recording.kubelet().startsWith("v" + kubelet + "."))
                .findFirst()
                .orElseThrow();
    }

    /** What is read at each moment, with the time for which the containers had been seen running. */
    private static List<CanaryReading> readings(List<Present> moments) {
        Duration[] running = {null};
        return moments.stream()
                .map(moment -> {
                    if (running[0] == null && CanaryReading.areProbed(moment.pod())) {
                        running[0] = moment.at();
                    }
                    Duration waited =
                            running[0] == null ? Duration.ZERO : moment.at().minus(running[0]);
                    return CanaryReading.ofProbes(moment.pod(), moment.events(), waited);
                })
                .toList();
    }

    private static CanaryReading firstFinal(List<CanaryReading> readings) {
        return readings.stream().filter(CanaryReading::isFinal).findFirst().orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({
        "docker,     1.20, none,            works",
        "docker,     1.20, always-fails,    fails",
        "docker,     1.20, sometimes-fails, sometimes",
        "docker,     1.20, slow,            slow",
        "docker,     1.20, hangs,           hangs",
        "containerd, 1.20, none,            works",
        "containerd, 1.20, always-fails,    fails",
        "containerd, 1.20, slow,            slow",
        "containerd, 1.20, hangs,           hangs",
        "containerd, 1.37, none,            works",
        "containerd, 1.37, always-fails,    fails",
        "containerd, 1.37, slow,            slow",
        "containerd, 1.37, hangs,           hangs",
        // The kubelet tries a probe that errored again, and this one always works the second time.
        "containerd, 1.20, sometimes-fails, works",
        "containerd, 1.37, sometimes-fails, works",
    })
    void probesTell(String runtime, String kubelet, String fault, String verdict) {
        List<CanaryReading> readings = readings(recording(runtime, kubelet).present(fault));
        assertThat(firstFinal(readings).verdict().word()).isEqualTo(verdict);
    }

    @ParameterizedTest
    @FieldSource("RECORDINGS")
    void hooksTellWhatTheKubeletTriesAgain(Recording recording) {
        for (String fault : List.of("none", "sometimes-fails")) {
            String name = fault + "-hooks";
            Present started = recording.present(name).stream()
                    .filter(moment -> CanaryReading.areStarted(moment.pod()))
                    .findFirst()
                    .orElseThrow();
            assertThat(CanaryReading.ofHooks(started.pod(), started.events(), Duration.ZERO)
                            .isFinal())
                    .as("before the last hook")
                    .isFalse();
            assertThat(CanaryReading.ofLastHooks(started.pod(), recording.events(name), /* isStopped= */ true)
                            .verdict())
                    .as(fault)
                    .isEqualTo(fault.equals("none") ? CanaryVerdict.WORKS : CanaryVerdict.SOMETIMES);
        }
    }

    /** What becomes of a canary that stays, when exec breaks 25 seconds later. */
    @ParameterizedTest
    @CsvSource({
        "docker,     1.20, always-fails,    sometimes",
        "docker,     1.20, sometimes-fails, sometimes",
        "docker,     1.20, slow,            works",
        "docker,     1.20, hangs,           hangs",
        "containerd, 1.20, always-fails,    sometimes",
        "containerd, 1.20, sometimes-fails, works",
        "containerd, 1.20, slow,            works",
        "containerd, 1.20, hangs,           hangs",
        "containerd, 1.37, always-fails,    sometimes",
        "containerd, 1.37, sometimes-fails, works",
        "containerd, 1.37, slow,            works",
        "containerd, 1.37, hangs,           hangs",
    })
    void aLaterFaultIsSeen(String runtime, String kubelet, String fault, String verdict) {
        List<Present> beforeRemoval = recording(runtime, kubelet).present(fault + "-later").stream()
                .filter(moment -> moment.pod().getMetadata().getDeletionTimestamp() == null)
                .toList();
        List<CanaryReading> readings = readings(beforeRemoval);
        assertThat(firstFinal(readings).verdict()).as("before").isIn(CanaryVerdict.WORKS, CanaryVerdict.SLOW);
        CanaryVerdict last = readings.get(readings.size() - 1).verdict();
        assertThat((last == CanaryVerdict.SLOW ? CanaryVerdict.WORKS : last).word())
                .isEqualTo(verdict);
    }

    /** Whatever is done to a pod, such as removing it, a healthy node is never called broken. */
    @ParameterizedTest
    @FieldSource("RECORDINGS")
    void aHealthyNodeIsNeverBroken(Recording recording) {
        assertThat(readings(recording.present("none")))
                .isNotEmpty()
                .noneMatch(reading -> reading.verdict().isBroken());
    }

    @ParameterizedTest
    @MethodSource("signals")
    void anObservationIsBehindEachSignal(ExecSignal signal) {
        Recording recording = recording(signal.runtime(), signal.kubelet());
        Stream<Event> events = recording.pods().keySet().stream()
                .filter(name -> name.startsWith(signal.scenario()))
                .flatMap(name -> recording.events(name).stream());
        assertThat(events).anyMatch(signal::isIn);
    }

    /** Removal included. */
    @Test
    void noEventOfAHealthyNodeMeansThatExecFailed() {
        assertThat(RECORDINGS.stream()
                        .flatMap(recording ->
                                Stream.of("none", "none-hooks").flatMap(name -> recording.events(name).stream())))
                .noneMatch(event -> CanaryReading.meaning(event)
                        .filter(Meaning.FAILED::equals)
                        .isPresent());
    }
}
