package io.probeguard.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.probeguard.probe.Timing.Floor;
import io.probeguard.yaml.DocumentException;
import io.probeguard.yaml.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyFileTest {
    private static Policy read(String yaml) {
        return PolicyFile.read(new Text("policy.yaml", yaml));
    }

    @Test
    void whatIsLeftOutHasItsDefault() {
        assertThat(List.of(read("---\n"), read(""), read("# nothing\n"))).containsOnly(Policy.DEFAULT);
        assertThat(read("floors: {liveness: {periodSeconds: 60}}").floors().liveness())
                .isEqualTo(new Floor(60, 10, 5));
        assertThat(Policy.DEFAULT.floors().startup()).isEqualTo(new Floor(null, 10, null));
        assertThat(Policy.DEFAULT.mode()).isEqualTo(Mode.WARN);
        assertThat(Policy.DEFAULT.when().deny()).isEqualTo(Threshold.ALL);
    }

    @Test
    void theExampleSaysTheDefaults() throws IOException {
        Policy example = read(Files.readString(Path.of("src/examples/policy.yaml")));
        assertThat(new Policy(
                        example.mode(),
                        example.when(),
                        example.floors(),
                        example.rewriteUnhealable(),
                        example.suspicion(),
                        example.denyHooks(),
                        example.skipAnnotation(),
                        null,
                        example.namespaceLabels(),
                        null))
                .isEqualTo(Policy.DEFAULT);
        assertThat(example.namespaces())
                .containsExactlyInAnyOrderEntriesOf(Map.of("kube-system", Mode.OFF, "staging", Mode.REWRITE));
        assertThat(example.exemptions()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    modes: warn                                          | 1 | unknown key modes; allowed here: denyHooks, exemptions, floors, mode, namespaceLabels, namespaces, rewriteUnhealable, skipAnnotation, suspicion, when
                    mode: wran                                           | 1 | mode: "wran" is no mode; allowed: off, warn, rewrite, deny
                    mode: [warn]                                         | 1 | is no mode; allowed: off, warn, rewrite, deny
                    mode: warn\\nwhen:\\n  deny: most                    | 3 | when.deny: "most" is no share of the nodes; allowed: any, all, or 1% to 100%
                    when: {deny: 0%}                                     | 1 | allowed: any, all, or 1% to 100%
                    when: {deny: 101%}                                   | 1 | allowed: any, all, or 1% to 100%
                    floors:\\n  liveness:\\n    periodSeconds: soon      | 3 | floors.liveness.periodSeconds must be a whole number
                    floors:\\n  liveness:\\n    periodSeconds: 1.5       | 3 | floors.liveness.periodSeconds must be a whole number
                    floors:\\n  liveness:\\n    periodSeconds: '30'      | 3 | floors.liveness.periodSeconds must be a whole number
                    floors:\\n  readiness: {timeoutSeconds: 0}           | 1 | readiness.timeoutSeconds is 0; allowed: 1 to 3600
                    floors:\\n  readiness: {timeoutSeconds: 3601}        | 1 | readiness.timeoutSeconds is 3601; allowed: 1 to 3600
                    floors: {livenes: {}}                                | 1 | unknown key floors.livenes; allowed here: liveness, readiness, startup
                    denyHooks: maybe                                     | 1 | denyHooks must be true or false
                    suspicion: ignore                                    | 1 | suspicion is "ignore"; allowed: show, act
                    namespaces: {a: warn, b: nope}                       | 1 | "nope" is no mode
                    exemptions: [{reason: x}]                            | 1 | an exemption needs a namespace, a kind or a name
                    exemptions:\\n- name: a\\n- name: b\\n  reason: x    | 2 | an exemption needs a reason
                    exemptions: {name: a}                                | 1 | exemptions must be a list
                    suspicion: 1                                         | 1 | suspicion is
                    namespaces: {a: }                                    | 1 | namespaces.a has no mode; allowed: off, warn, rewrite, deny
                    exemptions: [null]                                   | 1 | exemptions has an empty item
                    a: 1\\n---\\nb: 2                                    | 1 | one document is expected, not 2
                    """)
    void aMistakeIsRefusedWithItsLineAndWhatIsAllowed(String yaml, int line, String message) {
        assertThatThrownBy(() -> read(yaml.replace("\\n", "\n")))
                .isInstanceOfSatisfying(
                        DocumentException.class, e -> assertThat(e.line()).isEqualTo(line))
                .hasMessageContaining(message);
    }
}
