package io.probeguard.kubelet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What {@code simulate} says, held against what real kubelets did. The fixtures are written by {@code
 * src/test/resources/simulate/transcribe}; each file of observations names its kubelet and runtime.
 */
class ObservedKubeletsTest {
    private static final Queue<Comparison> COMPARED = new ConcurrentLinkedQueue<>();

    static List<Observation> observations() throws IOException {
        return Scenarios.observations();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("observations")
    void holds(Observation observation) throws IOException {
        Comparison comparison = Comparison.of(observation, 0);
        COMPARED.add(comparison);
        assertThat(comparison.wrong()).isEmpty();
    }

    @AfterAll
    static void firstKillsAreNarrow() {
        assertThat(Comparison.medianFirstKillBeyondPeriod(COMPARED))
                .as("how much wider than a period the median first kill is; seconds")
                .isLessThanOrEqualTo(3);
    }
}
