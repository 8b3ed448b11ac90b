package io.probeguard.kubelet;

import static org.assertj.core.api.Assertions.assertThat;

import io.probeguard.kubelet.Consequence.Outcome;
import io.probeguard.kubelet.Consequence.Seconds;
import io.probeguard.probe.Handler;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConsequenceTest {
    private static Consequence loop(@Nullable Seconds firstKill, int kills, long grace) {
        return new Consequence(Outcome.RESTART_LOOP, true, firstKill, kills, grace, false, Handler.STARTUP, 900);
    }

    /** A pod may run on nodes of several kinds: its container ends when either says. */
    @Test
    void whatIsTrueOfTwoSpansBoth() {
        Consequence both = loop(new Seconds(10, 20L), 3, 30).or(loop(new Seconds(5, 12L), 7, 2));
        assertThat(both).isEqualTo(loop(new Seconds(5, 20L), 7, 30));
    }

    @ParameterizedTest
    @CsvSource({"true, false", "false, true", "true, true"})
    void whatHasNoFirstKillHasNoneToSpan(boolean first, boolean other) {
        Consequence one = loop(first ? null : new Seconds(10, 20L), 3, 30);
        assertThat(one.or(loop(other ? null : new Seconds(5, 12L), 7, 2))).isSameAs(one);
    }

    @ParameterizedTest
    @CsvSource({"20, , 10 s or more", ", 20, 10 s or more", "20, 30, 10 to 30 s", "30, 20, 10 to 30 s"})
    void withoutABoundOfEitherThereIsNone(@Nullable Long first, @Nullable Long other, String both) {
        assertThat(new Seconds(10, first).or(new Seconds(11, other))).hasToString(both);
    }

    /** Outwards: what is said must hold. */
    @ParameterizedTest
    @CsvSource({"-0.5, 0.2, 0 to 1 s", "1.9, 3.0, 1 to 3 s"})
    void secondsAreWhole(double earliest, double latest, String text) {
        assertThat(Seconds.of(earliest, latest)).hasToString(text);
    }
}
