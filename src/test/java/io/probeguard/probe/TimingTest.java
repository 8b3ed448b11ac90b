package io.probeguard.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.probeguard.probe.Timing.Floor;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class TimingTest {
    @Provide
    Arbitrary<Timing> timings() {
        Arbitrary<Integer> number = Arbitraries.integers().between(0, 1000).injectNull(0.3);
        return Combinators.combine(number, number, number, number, number).as(Timing::new);
    }

    @Provide
    Arbitrary<Floor> floors() {
        Arbitrary<Integer> number = Arbitraries.integers().between(1, 1000).injectNull(0.2);
        return Combinators.combine(number, number, number).as(Floor::new);
    }

    @Property
    void neverGoesBelowWhatWasWritten(@ForAll("timings") Timing timing, @ForAll("floors") Floor floor) {
        Timing relaxed = timing.atLeast(floor);

        assertThat(relaxed.period()).isGreaterThanOrEqualTo(timing.period());
        assertThat(relaxed.timeout()).isGreaterThanOrEqualTo(timing.timeout());
        assertThat(relaxed.failures()).isGreaterThanOrEqualTo(timing.failures());
        assertThat(relaxed.initialDelaySeconds()).isEqualTo(timing.initialDelaySeconds());
        assertThat(relaxed.successThreshold()).isEqualTo(timing.successThreshold());
    }

    @Property
    void reachesTheFloorAndStaysThere(@ForAll("timings") Timing timing, @ForAll("floors") Floor floor) {
        Timing relaxed = timing.atLeast(floor);

        assertThat(floor.periodSeconds() == null || relaxed.period() >= floor.periodSeconds())
                .isTrue();
        assertThat(floor.timeoutSeconds() == null || relaxed.timeout() >= floor.timeoutSeconds())
                .isTrue();
        assertThat(relaxed.atLeast(floor)).isEqualTo(relaxed);
    }

    @Test
    void absentAndZeroMeanTheApiServersDefaults() {
        Timing absent = new Timing(null, null, null, null, null);
        Timing zero = new Timing(0, 0, 0, 0, 0);
        for (Timing timing : new Timing[] {absent, zero}) {
            assertThat(timing.initialDelay()).isZero();
            assertThat(timing.period()).isEqualTo(10);
            assertThat(timing.timeout()).isEqualTo(1);
            assertThat(timing.failures()).isEqualTo(3);
        }
        assertThat(zero.isValid()).isTrue();
        assertThat(new Timing(0, -1, null, null, null).isValid()).isFalse();
    }
}
