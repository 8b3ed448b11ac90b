package io.probeguard.kubelet;

import static org.assertj.core.api.Assertions.assertThat;

import io.probeguard.GeneratedTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What {@code simulate} says, held against what real kubelets did. The fixtures are written by {@code
 * src/test/resources/simulate/transcribe}; each file of observations names its kubelet and runtime.
 */
class ObservedKubeletsTest {
    private static final List<Comparison> COMPARED = new ArrayList<>();

    @BeforeAll
    static void compare() throws IOException {
        for (Observation observation : Scenarios.observations()) {
            COMPARED.add(Comparison.of(observation, 0));
        }
    }

    static List<Comparison> compared() {
        return COMPARED;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("compared")
    void holds(Comparison comparison) {
        assertThat(comparison.wrong()).isEmpty();
    }

    @Test
    void firstKillsAreNarrow() {
        assertThat(Comparison.medianFirstKillBeyondPeriod(COMPARED))
                .as("how much wider than a period the median first kill is; seconds")
                .isLessThanOrEqualTo(3);
    }

    @Test
    void thePageHasTheNumbers() throws IOException {
        GeneratedTable.check("how-true-is-it.md", "recordings", ComparisonTable.of(COMPARED));
    }
}
