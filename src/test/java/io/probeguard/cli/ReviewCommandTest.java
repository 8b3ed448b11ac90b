package io.probeguard.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.probeguard.Golden;
import io.probeguard.Run;
import io.probeguard.text.Version;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ReviewCommandTest {
    private static final Golden GOLDEN = new Golden("review/expected");
    private static final String INPUT = "src/test/resources/review/input";
    private static final String INJECTOR = "src/examples/istio-sidecar-injector.yaml";
    private static final String NODES = "src/examples/nodes.yaml";

    @AfterAll
    static void noGoldenFileIsStale() {
        GOLDEN.checkNoneIsStale();
    }

    private static Run review(String... args) {
        List<String> all = new ArrayList<>(List.of("review"));
        all.addAll(List.of(args));
        return Run.of(all.toArray(String[]::new));
    }

    private static JsonNode json(String... args) {
        List<String> all = new ArrayList<>(List.of("review", "--output", "json"));
        all.addAll(List.of(args));
        return new JsonMapper().readTree(Run.of(all.toArray(String[]::new)).out());
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
                    injector.txt            | src/examples/istio-sidecar-injector.yaml
                    injector-nodes.txt      | --nodes src/examples/nodes.yaml --mode rewrite src/examples/istio-sidecar-injector.yaml
                    injector-nodes.json     | --nodes src/examples/nodes.yaml --mode rewrite -o json src/examples/istio-sidecar-injector.yaml
                    injector.patch          | -o patch src/examples/istio-sidecar-injector.yaml
                    all.txt                 | src/test/resources/review/input
                    all.json                | -o json --mode deny --assume containerd-1.7.14 src/test/resources/review/input
                    all.sarif               | -o sarif --mode deny src/test/resources/review/input
                    all.junit.xml           | -o junit src/test/resources/review/input
                    all.patch               | -o patch src/test/resources/review/input
                    advice.txt              | --mode deny src/test/resources/review/advice
                    not-judged.txt          | src/test/resources/review/not-judged
                    not-judged.json         | -o json src/test/resources/review/not-judged
                    not-judged.sarif        | -o sarif src/test/resources/review/not-judged
                    not-judged.junit.xml    | -o junit src/test/resources/review/not-judged
                    baseline.txt            | --baseline src/test/resources/review/baseline.json src/examples src/test/resources/review/advice
                    baseline.json           | --baseline src/test/resources/review/baseline.json -o json src/examples src/test/resources/review/advice
                    baseline.sarif          | --baseline src/test/resources/review/baseline.json -o sarif src/examples src/test/resources/review/advice
                    baseline.junit.xml      | --baseline src/test/resources/review/baseline.json -o junit src/examples src/test/resources/review/advice
                    baseline.patch          | --baseline src/test/resources/review/baseline.json -o patch src/examples src/test/resources/review/advice
                    steered.junit.xml       | --policy src/test/resources/review/steer.yaml --nodes src/examples/nodes.yaml -o junit src/examples
                    """)
    void outputs(String golden, String args) {
        Run run = review(args.split(" ", -1));
        assertThat(run.err()).doesNotContain("fault");
        GOLDEN.check(golden, run.out().replace(Version.CURRENT, "VERSION"));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', textBlock = """
                    1 | src/examples
                    0 | --fail-on deny src/examples
                    0 | --fail-on never src/examples
                    1 | --mode deny --fail-on deny src/examples
                    0 | --mode deny --fail-on never src/examples
                    0 | --mode off src/examples
                    1 | --mode rewrite src/examples
                    0 | --assume docker-1.13.1-88.git07f3374.el7.x86_64 src/examples
                    1 | --assume docker-1.13.1-84.git07f3374.el7.centos.x86_64 src/examples
                    1 | --assume conmon-2.0.23 src/examples
                    1 | --nodes src/examples/nodes.yaml src/examples
                    0 | --nodes src/examples/nodes.yaml --mode deny --fail-on deny src/examples
                    2 | src/test/resources/review/input
                    2 | --fail-on never src/test/resources/review/input/broken
                    0 | src/test/resources/review/input/values.yaml src/test/resources/review/input/chart-template.yaml
                    0 | --fail-on warn src/test/resources/review/input/values.yaml src/test/resources/review/input/chart-template.yaml
                    1 | --fail-on skipped src/test/resources/review/input/chart-template.yaml
                    0 | --fail-on skipped --assume docker-1.13.1-88.git07f3374.el7.x86_64 src/examples
                    1 | --fail-on skipped src/examples
                    2 | no-such-file.yaml
                    2 | --nodes no-such-file.yaml src/examples
                    2 | --nodes src/examples/policy.yaml src/examples
                    2 | --policy src/examples/nodes.yaml src/examples
                    2 | --nodes src/examples/nodes.yaml --assume conmon-2.0.23 src/examples
                    2 | --assume docker-el7-1.13.1-48 src/examples
                    2 | --assume nonsense src/examples
                    2 | --policy src/test/resources/catalogue/policy.yaml --assume docker-1.13.1-84.git07f3374.el7.x86_64 src/examples
                    1 | --policy src/test/resources/catalogue/policy.yaml --assume acme-runc-2.0 src/examples
                    1 | --policy src/test/resources/catalogue/policy.yaml --assume runc-2.0.7-1.acme3.x86_64 src/examples
                    2 | --policy src/test/resources/catalogue/policy.yaml src/examples
                    0 | --policy src/test/resources/catalogue/policy.yaml --nodes src/examples/nodes.yaml src/examples
                    2 | --mode wran src/examples
                    2 | --output yaml src/examples
                    2 | --fail-on error src/examples
                    2 |
                    """)
    void exitCodes(int expected, String args) {
        Run run = args == null ? review() : review(args.split(" ", -1));
        assertThat(run.exitCode()).as(run.err()).isEqualTo(expected);
        assertThat(run.err()).doesNotContain("\tat ");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    --nodes gone.yaml src                        | error: --nodes: gone.yaml: no such file or directory
                    --nodes src/examples/policy.yaml x           | error: src/examples/policy.yaml:2: metadata.name is required
                    --policy src/examples/nodes.yaml src         | error: src/examples/nodes.yaml:3: unknown field "apiVersion"; known fields: catalogue, denyHooks
                    --assume nonsense src                        | --assume: unknown build "nonsense"; expected a catalogue id ("probe-guard catalogue" lists all entries) or a package
                    --assume docker-el7-1.13.1-48 src            | (did you mean docker-el7-1.13.1-84
                    --assume docker-el src                       | (did you mean docker-el7-1.13.1-84
                    --assume docker-1.13.1-84 src/examples       | docker-1.13.1-84 is not known to break exec; did you mean docker-1.13.1-84.el7?
                    --assume docker-1.13.1-84.el8 src/examples   | docker-1.13.1-84.el8 is not known to break exec
                    --assume docker-1.13.1-83 src/examples       | docker-1.13.1-83 is not known to break exec
                    --policy src/test/resources/catalogue/policy.yaml src | the policy disables docker-el7-1.13.1-84, which is assumed by default; specify --nodes FILE or --assume BUILD
                    --mode wran src                              | "wran" is not a mode; supported values: off, warn, rewrite, deny
                    """)
    void reportsBadInput(String args, String message) {
        assertThat(review(args.split(" ", -1)).err()).contains(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                    review --nodse x y         | error: Unknown option: '--nodse' | Possible solutions: --nodes | See 'probe-guard review --help' for usage.
                    review -o yaml x           | expected one of            | but was 'yaml'              | See 'probe-guard review --help' for usage.
                    review                     | Missing required parameter | 'PATH'                      | See 'probe-guard review --help' for usage.
                    serve --port many          | Invalid value for option   | 'many' is not an int        | See 'probe-guard serve --help' for usage.
                    serve --port 70000         | error: --port: port 70000  | is out of range (0-65535)   | See 'probe-guard serve --help' for usage.
                    scna                       | Unmatched argument         | Did you mean                | See 'probe-guard --help' for usage.
                    ~~                         | Missing required subcommand |                            | See 'probe-guard --help' for usage.
                    """)
    void reportsWrongUsageInAFewLines(String args, String what, String near, String hint) {
        Run run = args.isEmpty() ? Run.of() : Run.of(args.split(" ", -1));
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains(what).contains(near == null ? "" : near).endsWith(hint + "\n");
        assertThat(run.err().lines()).hasSizeLessThanOrEqualTo(4);
        assertThat(run.out()).isEmpty();
    }

    @Test
    void reportsADirectoryWithoutManifestsAndReviewsTheOthers(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("README.md"), "no manifest");
        Run run = review("--nodes", NODES, folder.toString(), INJECTOR);
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.out())
                .contains(folder + ": no .yaml, .yml or .json files found in this directory")
                .contains("2 findings");
    }

    @Test
    void warnsAboutADoubtfulPolicy(@TempDir Path folder) throws IOException {
        Path policy = Files.writeString(
                folder.resolve("policy.yaml"), "exemptions:\n- {kind: Deploymnet, name: a, reason: x}\n");
        Run run = review("--policy", policy.toString(), "--nodes", NODES, INJECTOR);
        assertThat(run.exitCode()).isOne();
        assertThat(run.err()).startsWith("warning: " + policy + ":2: exemptions[0].kind: \"Deploymnet\"");
    }

    @Test
    void reportsTheAssumedBuild() {
        assertThat(review(INJECTOR).err())
                .isEqualTo("assuming that every node runs docker-el7-1.13.1-84; use --nodes FILE to review against your"
                        + " own nodes\n");
        assertThat(review("--nodes", NODES, INJECTOR).err()).isEmpty();
        assertThat(review("--assume", "docker-1.13.1-88.git07f3374.el7.x86_64", INJECTOR)
                        .err())
                .isEqualTo("docker-1.13.1-88.git07f3374.el7 is not known to break exec\n");
    }

    @Test
    void writesTheDocumentedJson() {
        JsonNode report = json("--nodes", NODES, "--mode", "rewrite", INJECTOR, INPUT + "/broken/broken.yaml");
        assertThat(report.propertyNames())
                .containsExactly(
                        "schemaVersion",
                        "summary",
                        "workloads",
                        "findings",
                        "steered",
                        "notJudged",
                        "errors",
                        "baseline");
        assertThat(report.path("summary").propertyNames())
                .containsExactly(
                        "documents",
                        "workloads",
                        "execProbes",
                        "execHooks",
                        "findings",
                        "errors",
                        "skipped",
                        "notJudged");
        JsonNode workload = report.at("/workloads/0");
        assertThat(workload.propertyNames())
                .containsExactly(
                        "file", "document", "line", "kind", "namespace", "name", "leftAlone", "timeline", "outlook");
        assertThat(workload.path("timeline").propertyNames())
                .containsExactly("kubelet", "runtime", "seconds", "events", "never");
        assertThat(workload.at("/timeline/never").toString()).contains("{\"event\":\"ready\",\"container\":null}");
        JsonNode finding = report.at("/findings/0");
        assertThat(finding.propertyNames())
                .containsExactly(
                        "file",
                        "document",
                        "line",
                        "kind",
                        "namespace",
                        "name",
                        "container",
                        "handler",
                        "builds",
                        "nodes",
                        "effect",
                        "consequence",
                        "action",
                        "timing",
                        "nativeProbe",
                        "message",
                        "inBaseline");
        assertThat(finding.path("nodes").toString())
                .isEqualTo("{\"candidates\":3,\"flagged\":1,\"observed\":0,\"suspected\":1,\"names\":[\"node-2\"]}");
        assertThat(finding.at("/timing/before").toString())
                .isEqualTo("{\"initialDelaySeconds\":4,\"periodSeconds\":4,\"timeoutSeconds\":null,"
                        + "\"failureThreshold\":null,\"successThreshold\":null}");
        assertThat(finding.at("/timing/after").toString())
                .isEqualTo("{\"initialDelaySeconds\":4,\"periodSeconds\":30,\"timeoutSeconds\":10,"
                        + "\"failureThreshold\":5,\"successThreshold\":null}");
        assertThat(report.at("/errors/0").propertyNames()).containsExactly("file", "document", "line", "message");
        assertThat(report.at("/errors")
                        .valueStream()
                        .map(error -> error.path("line").asInt()))
                .containsExactly(13, 22);
    }

    @Test
    void aPatchNamesOnStandardErrorWhatWasNotJudged() {
        Run run = review("-o", "patch", "src/test/resources/review/not-judged");
        assertThat(run.err().lines().filter(line -> line.startsWith("not judged: ")))
                .hasSameSizeAs(json("src/test/resources/review/not-judged")
                        .path("notJudged")
                        .valueStream()
                        .toList());
    }

    @Test
    void hasNoNodesWithAnAssumedBuild() {
        assertThat(json(INJECTOR).at("/findings/0/nodes").isNull()).isTrue();
        assertThat(json(INJECTOR).at("/findings/0/timing/after").isNull()).isTrue();
    }

    @Test
    void hooksHaveNoTiming() {
        JsonNode findings = json("--mode", "rewrite", INPUT + "/styles.yaml").path("findings");
        assertThat(findings.valueStream()
                        .filter(finding -> finding.path("handler").asString().equals("preStop"))
                        .toList())
                .singleElement()
                .satisfies(hook -> {
                    assertThat(hook.path("timing").isNull()).isTrue();
                    assertThat(hook.path("action").asString()).isEqualTo("warn");
                });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {INPUT, "--baseline src/test/resources/review/baseline.json src/test/resources/review/advice"})
    void writesValidSarif(String args) throws IOException {
        try (InputStream schema = getClass().getResourceAsStream("/schema/sarif-schema-2.1.0.json")) {
            var errors = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7)
                    .getSchema(schema)
                    .validate(
                            review(("-o sarif " + INJECTOR + " " + args).split(" ", -1))
                                    .out(),
                            InputFormat.JSON);
            assertThat(errors).isEmpty();
        }
    }

    @Test
    void readsStandardInput() throws IOException {
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(Files.readAllBytes(Path.of(INJECTOR))));
        try {
            JsonNode report = json("-");
            assertThat(report.at("/findings/0/file").asString()).isEqualTo("-");
            assertThat(report.at("/summary/findings").asInt()).isEqualTo(2);
        } finally {
            System.setIn(before);
        }
    }

    @Test
    void reportsAFileThatIsNotTextAndReviewsTheOthers(@TempDir Path folder) throws IOException {
        Files.write(folder.resolve("a.yaml"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});
        Files.copy(Path.of(INJECTOR), folder.resolve("b.yaml"));
        JsonNode report = json(folder.toString());
        assertThat(report.at("/errors/0/message").asString()).isEqualTo("not valid UTF-8");
        assertThat(report.at("/summary/findings").asInt()).isEqualTo(2);
        assertThat(report.at("/findings/0/file").asString()).isEqualTo(folder + "/b.yaml");
    }

    @Test
    void reportsAMissingFileAndReviewsTheOthers() {
        JsonNode report = json("gone.yaml", INJECTOR);
        assertThat(report.path("errors").toString())
                .isEqualTo("[{\"file\":\"gone.yaml\",\"document\":null,\"line\":null,"
                        + "\"message\":\"no such file or directory\"}]");
        assertThat(report.at("/summary/findings").asInt()).isEqualTo(2);
    }

    @Test
    void followsLinksAndReportsBrokenOnes(@TempDir Path folder) throws IOException {
        Path real = Files.createDirectory(folder.resolve("real"));
        Files.copy(Path.of(INJECTOR), real.resolve("a.yaml"));
        Files.createSymbolicLink(real.resolve("loop"), real);
        Files.createSymbolicLink(real.resolve("nowhere.yaml"), folder.resolve("gone"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), real);
        JsonNode report = json(link.toString());
        assertThat(report.at("/summary/findings").asInt()).isEqualTo(2);
        assertThat(report.at("/findings/0/file").asString()).isEqualTo(link + "/a.yaml");
        assertThat(report.at("/errors/0/file").asString()).isEqualTo(link + "/nowhere.yaml");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                    metadata: {name: {{ .Release.Name }}}                                          | 0
                    {{- if .Values.x }}\\nmetadata: {}\\n{{- end }}                                | 0
                    spec: {containers: [{name: a, livenessProbe: {exec: {command: ["{{.ID}}"]}, periodSeconds: "5"}}]} | 2
                    spec: [  # {{ a comment }}                                                     | 2
                    spec: [ "{{ a string }}"                                                       | 2
                    """)
    void skipsTemplatesThatAreNotYaml(String rest, int exitCode, @TempDir Path folder) throws IOException {
        Path file = Files.writeString(
                folder.resolve("a.yaml"), "apiVersion: v1\nkind: Pod\n" + rest.replace("\\n", "\n") + "\n");
        assertThat(review(file.toString()).exitCode()).isEqualTo(exitCode);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--help",
                "review --help",
                "nodes --help",
                "scan --help",
                "serve --help",
                "inspect --help",
                "catalogue --help",
                "help review"
            })
    void printsHelp(String args) {
        Run run = Run.of(args.split(" ", -1));
        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).startsWith("Usage: probe-guard");
        assertThat(run.out()).containsSubsequence(args.startsWith("--") ? "COMMAND --help" : "  3  internal error");
        assertThat(run.out().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(100));
    }

    @Test
    void outputHasNoColoursUnlessItIsATerminal() {
        assertThat(review(INJECTOR).out().getBytes(StandardCharsets.UTF_8)).doesNotContain((byte) 0x1b);
    }
}
