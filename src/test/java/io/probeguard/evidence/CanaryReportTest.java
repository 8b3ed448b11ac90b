package io.probeguard.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import io.probeguard.evidence.CanaryReport.Row;
import io.probeguard.node.Fleet.Member;
import io.probeguard.node.NodeFacts;
import io.probeguard.node.Nodes;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CanaryReportTest {
    private static Member member(String node) {
        NodeFacts facts = switch (node) {
            case "confirmed" -> Nodes.broken(node);
            case "suspected" -> Nodes.node(node, Nodes.EL7_DOCKER);
            case "labelled" ->
                Nodes.read("{kind: Node, metadata: {name: labelled, labels: {probe-guard.io/exec: broken}}}");
            default -> Nodes.healthy(node);
        };
        return Nodes.fleet(facts).members().iterator().next();
    }

    private static Row row(String node, CanaryVerdict verdict) {
        return Row.of(new CanaryResult(node, verdict, /* firstSuccess= */ null, "", ""), member(node));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "unflagged | WORKS     | works",
                "unflagged | FAILS     | broken, and the catalogue does not know why",
                "unflagged | SLOW      | exec gets there, too late for short timeouts: the node's load, or its build",
                "unflagged | UNKNOWN   | nothing is known of exec here",
                "suspected | WORKS     | works: the suspicion is not borne out for this image",
                "suspected | SOMETIMES | broken: the suspicion is confirmed",
                "confirmed | WORKS     | works for this image, though its build is known to break exec",
                "confirmed | HANGS     | broken, as known",
                "labelled  | WORKS     | works for this image; label probe-guard.io/exec=broken stands until an admin removes it",
            })
    void aVerdictIsHeldAgainstWhatTheCatalogueThought(String node, CanaryVerdict verdict, String conclusion) {
        assertThat(row(node, verdict).conclusion()).isEqualTo(conclusion);
    }

    @ParameterizedTest
    @CsvSource({"WORKS, true", "SLOW, true", "SOMETIMES, false", "FAILS, false", "HANGS, false", "UNKNOWN, false"})
    void onlyKnownAndWorkingNodesAreClean(CanaryVerdict verdict, boolean isClean) {
        List<Row> rows = List.of(row("a", CanaryVerdict.WORKS), row("b", verdict));
        assertThat(new CanaryReport(rows, Map.of("c", "Docker"), Map.of()).isClean())
                .isEqualTo(isClean);
        assertThat(new CanaryReport(rows, Map.of(), Map.of("probe-guard-canary-x", "a")).isClean())
                .isFalse();
    }
}
