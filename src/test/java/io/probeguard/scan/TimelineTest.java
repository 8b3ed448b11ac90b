package io.probeguard.scan;

import static org.assertj.core.api.Assertions.assertThat;

import io.probeguard.catalogue.Catalogue;
import io.probeguard.node.Fleet;
import io.probeguard.policy.Finding;
import io.probeguard.policy.Guard;
import io.probeguard.policy.Mode;
import io.probeguard.policy.Policy;
import io.probeguard.probe.Pods;
import io.probeguard.probe.WorkloadKind;
import io.probeguard.scan.Timeline.Bar;
import io.probeguard.scan.Timeline.Segment;
import io.probeguard.scan.Timeline.Tick;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A short time line has 600 units for 720 s. */
class TimelineTest {
    private static Finding finding(String build, Mode mode, String probe) {
        String pod =
                "{\"metadata\": {\"name\": \"p\"}, \"spec\": {\"containers\": [{\"name\": \"c\", " + probe + "}]}}";
        Fleet fleet = Fleet.assuming(List.of(Catalogue.builtIn().byId(build).orElseThrow()));
        return Guard.review(Pods.ofKind(WorkloadKind.POD, "shop", pod), fleet, Policy.DEFAULT.withMode(mode))
                .findings()
                .get(0);
    }

    private static Timeline timeline(String build, Mode mode, String probe) {
        return Objects.requireNonNull(Timeline.of(finding(build, mode, probe)));
    }

    private static String segments(Bar bar) {
        return bar.segments().stream()
                .map(segment -> segment.state() + " " + segment.x() + "-" + (segment.x() + segment.width()))
                .collect(Collectors.joining(", "));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            docker-el7-1.13.1-84 | "livenessProbe": {"exec": {}, "periodSeconds": 100} | waits 0-1, runs 1-135, killed 135-201, waits 201-205, runs 205-332, killed 332-403, waits 403-407, runs 407-529, unsure 529-600
            docker-el7-1.13.1-84 | "readinessProbe": {"exec": {}, "periodSeconds": 100} | waits 0-600
            docker-el7-1.13.1-84 | "livenessProbe": {"exec": {}, "periodSeconds": 60}, "startupProbe": {"httpGet": {}} | waits 0-1, runs 1-81, killed 81-126, waits 126-128, runs 128-199, killed 199-247, waits 247-250, runs 250-317, killed 317-369, waits 369-372, runs 372-435, killed 435-491, waits 491-494, runs 494-553, unsure 553-600
            """)
    void drawsLives(String build, String probe, String segments) {
        assertThat(segments(timeline(build, Mode.WARN, probe).bars().get(0))).isEqualTo(segments);
    }

    @Test
    void drawsRelaxedBelowToTheSameScale() {
        Timeline timeline = timeline("docker-el7-1.13.1-84", Mode.REWRITE, "\"livenessProbe\": {\"exec\": {}}");
        assertThat(timeline.label())
                .isEqualTo("as written: restart loop after 20 to 32 s, killed 8 times within 15 min; "
                        + "relaxed: restart loop after 120 to 152 s, killed 5 times within 15 min");
        assertThat(timeline.bars()).extracting(Bar::y).containsExactly(17, 51);
        assertThat(timeline.ticks())
                .containsExactly(
                        new Tick("start", 0, "start"),
                        new Tick("3:45 min", 150, "middle"),
                        new Tick("7:30 min", 300, "middle"),
                        new Tick("11:15 min", 450, "middle"),
                        new Tick("15 min", 600, "end"));
    }

    @Test
    void drawsWhatRelaxingWouldDoWhereThePolicyDoesNotRelax() {
        assertThat(timeline("docker-el7-1.13.1-84", Mode.WARN, "\"livenessProbe\": {\"exec\": {}}")
                        .label())
                .contains("; if relaxed: restart loop after 120 to 152 s");
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "100, 3", "3600, 10", "2147483647, 3"})
    void everySegmentIsWithinTheDrawing(int period, int failures) {
        Timeline timeline = timeline(
                "docker-el7-1.13.1-84",
                Mode.REWRITE,
                "\"livenessProbe\": {\"exec\": {}, \"periodSeconds\": " + period + ", \"failureThreshold\": " + failures
                        + "}");
        for (Bar bar : timeline.bars()) {
            assertThat(bar.segments()).isNotEmpty();
            long end = 0;
            for (Segment segment : bar.segments()) {
                assertThat(segment.x()).isGreaterThanOrEqualTo(0);
                assertThat(segment.width()).isPositive();
                end = segment.x() + segment.width();
            }
            assertThat(end).isBetween(Timeline.WIDTH - 2L, Timeline.WIDTH + 1L);
        }
    }

    @Test
    void doesNotDrawHooksAndUnknownFaults() {
        assertThat(Timeline.of(
                        finding("docker-el7-1.13.1-84", Mode.WARN, "\"lifecycle\": {\"preStop\": {\"exec\": {}}}")))
                .isNull();
    }
}
