package io.probeguard.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.probeguard.catalogue.CatalogueChanges;
import io.probeguard.probe.Timing.Floor;
import io.probeguard.text.SourceText;
import io.probeguard.yaml.DocumentException;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyFileTest {
    private static Policy read(String yaml) {
        return PolicyFile.read(new SourceText("policy.yaml", yaml));
    }

    @Test
    void whatIsLeftOutHasItsDefault() {
        assertThat(List.of(read("---\n"), read(""), read("# nothing\n"), read("mode:\nfloors:\nexemptions:\n")))
                .containsOnly(Policy.DEFAULT);
        assertThat(read("floors: {liveness: {periodSeconds: 60}}").floors().liveness())
                .isEqualTo(new Floor(60, 10, 5));
        assertThat(Policy.DEFAULT.floors().startup()).isEqualTo(new Floor(null, 10, null));
        assertThat(Policy.DEFAULT.mode()).isEqualTo(Mode.WARN);
        assertThat(Policy.DEFAULT.when().deny()).isEqualTo(Threshold.ALL);
    }

    @Test
    void aBuilderStartsFromEveryPart() throws ReflectiveOperationException {
        Policy policy = read("{mode: deny, when: {warn: all}, floors: {liveness: {periodSeconds: 60}},"
                        + " rewriteUnhealable: false, suspicion: act, symptoms: off, evidence: [admin, symptoms], denyHooks: true, skipAnnotation: false,"
                        + " namespaces: {a: off}, namespaceLabels: tighten, exemptions: [{name: x, reason: y}], steer: require,"
                        + " catalogue: {disabled: [conmon-2.0.23]}}")
                .inOwnNamespace("guards");
        for (RecordComponent part : Policy.class.getRecordComponents()) {
            assertThat(part.getAccessor().invoke(policy))
                    .as(part.getName())
                    .isNotEqualTo(part.getAccessor().invoke(Policy.DEFAULT));
        }
        assertThat(policy.toBuilder().build()).isEqualTo(policy);
        assertThatThrownBy(() -> read("ownNamespace: guards")).hasMessageStartingWith("unknown field \"ownNamespace\"");
    }

    @Test
    void theExampleSaysTheDefaults() throws IOException {
        Policy example = read(Files.readString(Path.of("src/examples/policy.yaml")));
        assertThat(example.toBuilder()
                        .namespaces(Map.of())
                        .exemptions(List.of())
                        .catalogue(CatalogueChanges.NONE)
                        .build())
                .isEqualTo(Policy.DEFAULT);
        assertThat(example.namespaces())
                .containsExactlyInAnyOrderEntriesOf(Map.of("kube-system", Mode.OFF, "staging", Mode.REWRITE));
        assertThat(example.exemptions()).hasSize(1);
        assertThat(example.catalogue().entries()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    modes: warn                                          | 1 | unknown field "modes"; known fields: catalogue, denyHooks, evidence, exemptions, floors, mode, namespaceLabels, namespaces, rewriteUnhealable, skipAnnotation, steer, suspicion, symptoms, when
                    mode: wran                                           | 1 | mode: unsupported value "wran"; supported values: off, warn, rewrite, deny
                    mode: [warn]                                         | 1 | mode must be one of off, warn, rewrite, deny
                    mode: warn\\nwhen:\\n  deny: most                    | 3 | when.deny: unsupported value "most"; supported values: any, all, or 1% to 100%
                    when: {deny: 0%}                                     | 1 | supported values: any, all, or 1% to 100%
                    when: {deny: 101%}                                   | 1 | supported values: any, all, or 1% to 100%
                    floors:\\n  liveness:\\n    periodSeconds: soon      | 3 | floors.liveness.periodSeconds must be an integer
                    floors:\\n  liveness:\\n    periodSeconds: 1.5       | 3 | floors.liveness.periodSeconds must be an integer
                    floors:\\n  liveness:\\n    periodSeconds: '30'      | 3 | floors.liveness.periodSeconds must be an integer
                    floors:\\n  readiness: {timeoutSeconds: 0}           | 2 | floors.readiness: timeoutSeconds 0 is out of range (1-3600)
                    floors:\\n  readiness: {timeoutSeconds: 3601}        | 2 | floors.readiness: timeoutSeconds 3601 is out of range (1-3600)
                    floors: {livenes: {}}                                | 1 | unknown field "floors.livenes"; known fields: liveness, readiness, startup
                    denyHooks: maybe                                     | 1 | denyHooks must be true or false
                    suspicion: ignore                                    | 1 | suspicion: unsupported value "ignore"; supported values: show, act
                    namespaces: {a: warn, b: nope}                       | 1 | namespaces.b: unsupported value "nope"; supported values: off, warn, rewrite, deny
                    exemptions: [{reason: x}]                            | 1 | an exemption requires a namespace, kind or name
                    exemptions:\\n- name: a\\n- name: b\\n  reason: x    | 2 | an exemption requires a reason
                    exemptions: {name: a}                                | 1 | exemptions must be a list
                    suspicion: 1                                         | 1 | suspicion: unsupported value "1"
                    namespaces: {a: }                                    | 1 | namespaces.a: mode is required; supported values: off, warn, rewrite, deny
                    exemptions: [null]                                   | 1 | exemptions must not contain empty items
                    a: 1\\n---\\nb: 2                                    | 1 | expected one document, found 2
                    mode: warn\\nsuspicion: act\\nmode: deny           | 3 | duplicate field "mode", first set on line 1
                    when: {deny: all, warn: any, deny: any}              | 1 | duplicate field "when.deny", first set on line 1
                    exemptions:\\n- name: a\\n  reason: x\\n  name: b  | 4 | duplicate field "exemptions[0].name", first set on line 2
                    namespaces:\\n  a: off\\n  b: off\\n  a: warn       | 4 | duplicate field "namespaces.a", first set on line 2
                    {"mode": "warn",\\n "mode": "deny"}                 | 2 | duplicate field "mode", first set on line 1
                    floors:\\n  liveness: &f {periodSeconds: 60}\\n  readiness: {<<: *f, periodSeconds: 30}\\nmode: off\\nmode: off | 5 | duplicate field "mode"
                    """)
    void aMistakeIsRefusedWithItsLineAndWhatIsAllowed(String yaml, int line, String message) {
        assertRefused(yaml.replace("\\n", "\n"), line, message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    Deploymnet         | Deployment
                    deployment         | Deployment
                    deploy             | Deployment
                    Deployments        | Deployment
                    DeamonSet          | DaemonSet
                    Statefullset       | StatefulSet
                    UnitedDeployment   | Deployment
                    Deployment         |
                    CronJob            |
                    Rollout            |
                    CloneSet           |
                    """)
    void aKindThatLooksLikeATypoIsADoubt(String kind, String near) {
        List<DocumentException> doubts = new ArrayList<>();
        Policy policy = PolicyFile.read(
                new SourceText("p.yaml", "mode: warn\nexemptions:\n- reason: x\n  kind: " + kind + "\n"), doubts::add);
        assertThat(policy.exemptions().get(0).kind()).isEqualTo(kind);
        if (near == null) {
            assertThat(doubts).isEmpty();
        } else {
            assertThat(doubts)
                    .singleElement()
                    .extracting(DocumentException::located)
                    .asString()
                    .startsWith("p.yaml:4: exemptions[0].kind: \"" + kind + "\"")
                    .contains("did you mean " + near);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    catalogue:\\n  off: []                                     | 2 | unknown field "catalogue.off"; known fields: disabled, entries
                    catalogue:\\n  disabled:\\n  - conmon-2.0.23\\n  - conmon-2.0.32 | 4 | "conmon-2.0.32" is not in the catalogue (did you mean conmon-2.0.23
                    catalogue: {disabled: conmon-2.0.23}                       | 1 | catalogue.disabled must be a list
                    catalogue: {disabled: [null]}                              | 1 | catalogue lists must not contain empty items
                    catalogue: {entries: [null]}                               | 1 | catalogue lists must not contain empty items
                    """)
    void aMistakeInTheCatalogueIsRefusedToo(String yaml, int line, String message) {
        assertRefused(yaml.replace("\\n", "\n"), line, message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                    effect: hangs         | effect: explodes                    | 8  | catalogue.entries[0].effect: unsupported value "explodes"; supported values: always-fails, always-hangs, hangs
                    effect: hangs         | effect: leaks                       | 3  | effect leaks does not break exec and cannot flag a node
                    id: x                 | id: X                               | 3  | id "X" is invalid: use up to 63 of a-z, 0-9, dot and hyphen
                    id: x                 | id: runc-1.1.3-tty                  | 3  | runc-1.1.3-tty is listed as not a probe bug: exec probes and hooks have no terminal
                    confidence: high      | confidence: low                     | 12 | catalogue.entries[0].confidence: unsupported value "low"; supported values: high, medium
                    confidence: high      | symptoms: ['']                      | 3  | confidence is required
                    timingHelps: true     | timingHelps: often                  | 10 | catalogue.entries[0].timingHelps must be true or false
                    timingHelps: true     | timingHelps: false                  | 3  | floors require timingHelps: true
                    periodSeconds: 60     | periodSeconds: 0                    | 14 | catalogue.entries[0].floors.liveness: periodSeconds 0 is out of range (1-3600)
                    periodSeconds: 60     | periodSeconds: often                | 14 | catalogue.entries[0].floors.liveness.periodSeconds must be an integer
                    by: rpm, name: x      | by: apk, name: x                    | 7  | catalogue.entries[0].affected[0].by: unsupported value "apk"; supported values: rpm, deb, goVersion, buildTime, nodeInfo
                    by: rpm, name: x      | by: rpm                             | 7  | by, name and versions are required
                    versions: <1.2        | versions: =>1.2                     | 7  | "=>1.2" is not a version range
                    versions: <1.2        | versions: <5:1.2                    | 7  | "<5:1.2" has an epoch: leave it out, epochs are not compared
                    versions: <1.2        | versions: <1.2, where: {os: el8}    | 7  | os: unsupported value "el8"; supported values: el7
                    versions: <1.2        | versions: <1.2, where: {cpu: 1}     | 7  | unknown field "catalogue.entries[0].affected[0].where.cpu"; known fields: cpus, el7Kernel
                    versions: <1.2        | versions: <1.2, where: {runtimeVersions: <2.0.0} | 7 | runtimeVersions requires runtime
                    versions: <1.2        | versions: 1.10                      | 7  | catalogue.entries[0].affected[0].versions must be a string
                    sources: []           | sources: [null]                     | 3  | sources must not contain empty items
                    sources: []           | symptoms: [null]\\n    sources: []  | 3  | symptoms must not contain empty items
                    remedy: x             | remedy: "a\\tb"                      | 3  | remedy must be one line of at most 80 characters
                    flags: true           | fixed: x                            | 3  | catalogue.entries[0].flags must be true or false
                    sources: []           | sources: []\\n  disabled: [x]        | 1  | duplicate id "x"
                    """)
    void aMistakeInAnEntryIsRefusedToo(String right, String wrong, int line, String message) {
        String entry = """
                catalogue:
                  entries:
                  - id: x
                    component: x
                    summary: x
                    affected:
                    - {by: rpm, name: x, versions: <1.2}
                    effect: hangs
                    flags: true
                    timingHelps: true
                    remedy: x
                    confidence: high
                    floors:
                      liveness: {periodSeconds: 60}
                    sources: []
                """;
        assertThat(read(entry).catalogue().entries()).hasSize(1);
        assertRefused(entry.replace(right, wrong.replace("\\n", "\n")), line, message);
    }

    private static void assertRefused(String yaml, int line, String message) {
        assertThatThrownBy(() -> read(yaml))
                .isInstanceOfSatisfying(
                        DocumentException.class,
                        e -> assertThat(e.line()).as(e.getMessage()).isEqualTo(line))
                .hasMessageContaining(message);
    }
}
