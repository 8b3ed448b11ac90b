package io.probeguard.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.probeguard.text.SourceText;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyTest {
    /** The policy's mode is warn, that of namespace shop is rewrite. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
                    tighten | shop        | -       | REWRITE
                    tighten | shop        | deny    | DENY
                    tighten | shop        | rewrite | REWRITE
                    tighten | shop        | warn    | REWRITE
                    tighten | shop        | off     | REWRITE
                    tighten | shop        | strict  | REWRITE
                    tighten | other       | rewrite | REWRITE
                    tighten | other       | off     | WARN
                    any     | shop        | warn    | WARN
                    any     | shop        | off     | OFF
                    any     | shop        | deny    | DENY
                    tighten | kube-system | deny    | WARN
                    any     | kube-system | off     | OFF
                    """)
    void aNamespaceMaySetItsMode(String may, String namespace, String label, Mode mode) {
        Policy policy = PolicyFile.read(new SourceText(
                "policy.yaml", "mode: warn\nnamespaces: {shop: rewrite}\nnamespaceLabels: " + may + "\n"));
        assertThat(policy.inNamespace(namespace, label).modeFor(namespace)).isEqualTo(mode);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
                    DENY | shop        | DENY
                    DENY | -           | DENY
                    DENY | kube-system | WARN
                    WARN | kube-system | WARN
                    OFF  | kube-system | OFF
                    """)
    void nothingIsRewrittenOrRefusedInASystemNamespace(Mode configured, String namespace, Mode mode) {
        assertThat(Policy.DEFAULT.withMode(configured).modeFor(namespace)).isEqualTo(mode);
    }

    @ParameterizedTest
    @CsvSource({"off", "prefer", "require"})
    void aPodThatExistsIsNotSteered(String steer) {
        Policy policy = PolicyFile.read(new SourceText("policy.yaml", "mode: rewrite\nsteer: " + steer));
        assertThat(policy.withoutSteering().steer()).isEqualTo(SteeringMode.OFF);
        assertThat(policy.withoutSteering().modeFor("shop")).isEqualTo(Mode.REWRITE);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
                    30 | 10 | 5 | period 30 s, timeout 10 s, failureThreshold 5
                    -  | 10 | - | timeout 10 s
                    30 | -  | 5 | period 30 s, failureThreshold 5
                    """)
    void numbersForPeople(Integer period, Integer timeout, Integer threshold, String text) {
        assertThat(new Rewrites.Numbers(period, timeout, threshold)).hasToString(text);
    }

    @ParameterizedTest
    @CsvSource({
        "any,  0, 3, false",
        "any,  1, 3, true",
        "all,  2, 3, false",
        "all,  3, 3, true",
        "1%,   1, 100, true",
        "1%,   1, 101, false",
        "100%, 2, 3, false",
        "100%, 3, 3, true",
        "67%,  2, 3, false",
        "66%,  2, 3, true",
    })
    void aThresholdIsMet(String threshold, int flagged, int candidates, boolean isMet) {
        assertThat(Threshold.of(threshold).isMet(flagged, candidates)).isEqualTo(isMet);
    }

    /** As messages quote them, and as policies write them. */
    @Test
    void wordsAreWrittenAsInPolicies() {
        assertThat(Mode.values()).extracting(Mode::toString).containsExactly("off", "warn", "rewrite", "deny");
        assertThat(EvidenceSource.values())
                .extracting(EvidenceSource::toString)
                .containsExactly("admin", "condition", "packages", "nodeInfo", "canary", "prometheus", "symptoms");
        assertThat(EvidenceSource.values())
                .extracting(EvidenceSource::word)
                .isEqualTo(Stream.of(EvidenceSource.values())
                        .map(EvidenceSource::toString)
                        .toList());
        for (EvidenceSource source : EvidenceSource.values()) {
            assertThat(PolicyFile.read(new SourceText("policy.yaml", "evidence: [" + source + "]"))
                            .evidence())
                    .containsExactly(source);
        }
    }
}
