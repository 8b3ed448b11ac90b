package io.probeguard.kubelet;

import static org.assertj.core.api.Assertions.assertThat;

import io.probeguard.GeneratedTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.IdentityHashMap;
import java.util.List;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What {@code simulate} says, held against what real kubelets did. The fixtures are written by {@code
 * src/test/resources/simulate/transcribe}; each file of observations names its kubelet and runtime.
 */
@TestMethodOrder(OrderAnnotation.class) // the tests of all after those of single ones
class ObservedKubeletsTest {
    /** What the tests of single recordings found, so that those of all need not look again. */
    private static final IdentityHashMap<Observation, Comparison> COMPARED = new IdentityHashMap<>();

    private static final List<Observation> RECORDED = recorded();

    private static List<Observation> recorded() {
        try {
            return Scenarios.observations();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Anew, whatever was compared before. */
    private static Comparison compare(Observation observation) {
        try {
            Comparison comparison = Comparison.of(observation, 0);
            COMPARED.put(observation, comparison);
            return comparison;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Comparison> allCompared() {
        return RECORDED.stream()
                .map(each -> COMPARED.containsKey(each) ? COMPARED.get(each) : compare(each))
                .toList();
    }

    static List<Observation> observations() {
        return RECORDED;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("observations")
    @Order(1)
    void holds(Observation observation) {
        assertThat(compare(observation).wrong()).isEmpty();
    }

    @Test
    @Tag("all-recordings")
    void firstKillsAreNarrow() {
        assertThat(Comparison.medianFirstKillBeyondPeriod(allCompared()))
                .as("how much wider than a period the median first kill is; seconds")
                .isLessThanOrEqualTo(3);
    }

    @Test
    @Tag("all-recordings")
    void thePageHasTheNumbers() throws IOException {
        GeneratedTable.check("how-true-is-it.md", "recordings", ComparisonTable.of(allCompared()));
    }
}
