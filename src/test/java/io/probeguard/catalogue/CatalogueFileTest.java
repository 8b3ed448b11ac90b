package io.probeguard.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.probeguard.catalogue.CatalogueEntry.Breaks;
import io.probeguard.catalogue.CatalogueEntry.Confidence;
import io.probeguard.catalogue.CatalogueEntry.FailedExec;
import io.probeguard.catalogue.CatalogueEntry.TimedOutExec;
import io.probeguard.probe.Floors;
import io.probeguard.probe.Timing.Floor;
import io.probeguard.text.Keyword;
import io.probeguard.text.SourceText;
import io.probeguard.yaml.DocumentException;
import io.probeguard.yaml.Documents;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/** Files for {@code --catalogue}, and the schema by which editors check them before. */
class CatalogueFileTest {
    private static final Path EXAMPLE = Path.of("src/examples/catalogue.yaml");
    private static final Schema SCHEMA =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7).getSchema(CatalogueFile.schema());

    private static JsonNode tree(String yaml) {
        return Documents.parseOne(new SourceText("catalogue.yaml", yaml)).tree();
    }

    private static List<String> complaints(JsonNode tree) {
        return SCHEMA.validate(tree.toString(), InputFormat.JSON).stream()
                .map(String::valueOf)
                .toList();
    }

    @Test
    void theBuiltInEntriesAreOfTheSchema() throws IOException {
        try (InputStream in = Catalogue.class.getResourceAsStream("catalogue.yaml")) {
            JsonNode builtIn = tree(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            assertThat(builtIn.path("entries")).isNotEmpty();
            assertThat(complaints(JsonNodeFactory.instance.objectNode().set("entries", builtIn.path("entries"))))
                    .isEmpty();
        }
    }

    @Test
    void theExampleIsValidAndNamesTheSchema() throws IOException {
        String example = Files.readString(EXAMPLE);
        assertThat(complaints(tree(example))).isEmpty();
        assertThat(CatalogueFile.read(new SourceText("catalogue.yaml", example)).entries())
                .extracting(CatalogueEntry::id)
                .containsExactly("acme-runc-2.0.7");
        String schema = example.lines().findFirst().orElseThrow().replaceFirst(".*\\$schema=", "");
        assertThat(EXAMPLE.resolveSibling(schema)).hasContent(CatalogueFile.schema());
    }

    /** Both refuse the example where a part of it is replaced; in the message, where and what. */
    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '~', textBlock = """
                    entries:                    ; entry:                          ; 4  ; unknown field "entry"
                    id: acme-runc-2.0.7         ; id: Acme                        ; 5  ; entries[0]: id "Acme" is invalid
                    component: runc             ; components: runc                ; 5  ; entries[0]: component is required
                    component: runc             ; # none                          ; 5  ; entries[0]: component is required
                    id: acme-runc-2.0.7         ; # none                          ; 6  ; entries[0]: id is required
                    summary: The company's      ; # The company's                 ; 5  ; entries[0]: summary is required
                    effect: sometimes-fails     ; # none                          ; 5  ; entries[0]: effect is required
                    confidence: high            ; # none                          ; 5  ; entries[0]: confidence is required
                    sources: [                  ; # [                             ; 5  ; entries[0]: sources is required
                    fixed: runc 2.0.8           ; remedy: "a\tb"                 ; 5  ; entries[0]: remedy must be one line of at most 80 characters
                    affected:                   ; symptoms:                       ; 9  ; entries[0].symptoms[0] must be a string
                    by: rpm                     ; by: apk                         ; 9  ; entries[0].affected[0].by: unsupported value "apk"
                    versions: ">=2.0.7          ; versions: "=>2.0.7              ; 9  ; is not a version range
                    versions: ">=2.0.7|<2.0.8"  ; versions: 2.0                   ; 9  ; entries[0].affected[0].versions
                    release: .acme              ; where: {os: el8}                ; 9  ; os: unsupported value "el8"
                    release: .acme              ; where: {runtimeVersions: 1.0.0} ; 9  ; runtimeVersions requires runtime
                    effect: sometimes-fails     ; effect: leaks                   ; 5  ; effect leaks does not break exec and cannot flag a node
                    effect: sometimes-fails     ; effect: fails                   ; 10 ; entries[0].effect: unsupported value "fails"
                    flags: true                 ; flags: "true"                   ; 11 ; entries[0].flags must be true or false
                    failedExec: counted         ; failedExec: ignored             ; 12 ; entries[0].failedExec: unsupported value "ignored"
                    timingHelps: true           ; timingHelps: false              ; 5  ; floors require timingHelps: true
                    periodSeconds: 60           ; periodSeconds: 0                ; 15 ; periodSeconds 0 is out of range (1-3600)
                    periodSeconds: 60           ; initialDelaySeconds: 60         ; 15 ; unknown field "entries[0].floors.liveness.initialDelaySeconds"
                    fixed: runc 2.0.8           ; # none                          ; 5  ; remedy is required, unless fixed names releases
                    confidence: high            ; confidence: low                 ; 17 ; entries[0].confidence: unsupported value "low"
                    """)
    void theReaderAndTheSchemaRefuseTheSame(String part, String instead, int line, String message) throws IOException {
        String example = Files.readString(EXAMPLE);
        assertThat(example).contains(part);
        String broken = example.replace(part, instead);
        assertThat(complaints(tree(broken))).isNotEmpty();
        assertThatExceptionOfType(DocumentException.class)
                .isThrownBy(() -> CatalogueFile.read(new SourceText("own.yaml", broken)))
                .satisfies(e -> assertThat(e.located())
                        .startsWith("own.yaml:" + line + ": ")
                        .contains(message));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    affected: [                                       | # [                    | affected is required
                    sources: []                                       | sources: []\\n  symptoms: [null] | symptoms must not contain empty items
                    """)
    void nothingThatIsNeededIsMissing(String part, String instead, String message) {
        String entry = """
                entries:
                - id: own
                  component: acme
                  summary: s
                  effect: always-fails
                  flags: true
                  timingHelps: false
                  confidence: high
                  remedy: r
                  affected: [{by: rpm, name: acme, versions: "1"}]
                  sources: []
                """;
        assertThat(entry).contains(part);
        String broken = entry.replace(part, instead.replace("\\n", "\n"));
        assertThat(complaints(tree(broken))).isNotEmpty();
        assertThatExceptionOfType(DocumentException.class)
                .isThrownBy(() -> CatalogueFile.read(new SourceText("own.yaml", broken)))
                .withMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource({"80, true", "81, false"})
    void aRemedyFitsIntoAWarning(int length, boolean fits) throws IOException {
        String content = Files.readString(EXAMPLE).replace("fixed: runc 2.0.8", "remedy: " + "r".repeat(length));
        assertThat(complaints(tree(content)).isEmpty()).isEqualTo(fits);
        assertThatCode(() -> CatalogueFile.read(new SourceText("own.yaml", content)))
                .satisfies(e -> assertThat(e == null).isEqualTo(fits));
    }

    /** What no schema can tell. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                    disabled: [conmon-2.0.32]\\n         | 1 | "conmon-2.0.32" is not in the catalogue (did you mean conmon-2.0.23
                    disabled: [a]\\ndisabled: [b]\\n     | 2 | duplicate field "disabled", first set on line 1
                    disabled: {? [a] : b}\\ndisabled: [b] | 2 | duplicate field "disabled", first set on line 1
                    ~~                                   | 1 | expected one document, found 0
                    entries: [                           | 1 | expected the node content
                    &a                                   | 1 | the value must be a mapping
                    ~# nothing\\n---~                    | 2 | the value must be a mapping
                    """)
    void theReaderRefuses(String content, int line, String message) {
        assertThatExceptionOfType(DocumentException.class)
                .isThrownBy(() -> CatalogueFile.read(new SourceText("own.yaml", content.replace("\\n", "\n"))))
                .satisfies(e -> assertThat(e.located())
                        .startsWith("own.yaml:" + line + ": ")
                        .contains(message));
    }

    @Test
    void refusesWhatIsKnownNotToBreakProbes() throws IOException {
        String id = Catalogue.builtIn().notProbeBugs().get(0).id();
        String content = Files.readString(EXAMPLE).replace("acme-runc-2.0.7", id);
        assertThatExceptionOfType(DocumentException.class)
                .isThrownBy(() -> CatalogueFile.read(new SourceText("own.yaml", content)))
                .satisfies(e ->
                        assertThat(e.located()).startsWith("own.yaml:5: " + id + " is listed as not a probe bug: "));
    }

    static Stream<Arguments> fields() {
        return Stream.of(
                Arguments.of("", CatalogueChanges.class),
                Arguments.of("/definitions/entry", CatalogueEntry.class),
                Arguments.of("/definitions/affected", AffectedVersion.class),
                Arguments.of("/definitions/where", NodeConstraint.class),
                Arguments.of("/definitions/floors", Floors.class),
                Arguments.of("/definitions/floor", Floor.class));
    }

    @ParameterizedTest
    @MethodSource("fields")
    void theSchemaHasEveryField(String place, Class<?> type) {
        JsonNode definition = new JsonMapper().readTree(CatalogueFile.schema()).at(place);
        assertThat(definition.path("properties").propertyNames())
                .containsExactlyElementsOf(Arrays.stream(type.getRecordComponents())
                        .map(RecordComponent::getName)
                        .toList());
        assertThat(definition.path("additionalProperties").asBoolean(true)).isFalse();
    }

    static Stream<Arguments> words() {
        return Stream.of(
                Arguments.of("entry/properties/effect", Effect.class),
                Arguments.of("entry/properties/breaks", Breaks.class),
                Arguments.of("entry/properties/failedExec", FailedExec.class),
                Arguments.of("entry/properties/timedOutExec", TimedOutExec.class),
                Arguments.of("entry/properties/confidence", Confidence.class),
                Arguments.of("affected/properties/by", AffectedVersion.By.class));
    }

    @ParameterizedTest
    @MethodSource("words")
    void theSchemaHasEveryWord(String place, Class<?> type) {
        JsonNode words = new JsonMapper().readTree(CatalogueFile.schema()).at("/definitions/" + place + "/enum");
        assertThat(String.join(", ", words.valueStream().map(JsonNode::asString).toList()))
                .isEqualTo(Keyword.words(type));
    }

    /** Entries of both by id, those of the policy with its name behind. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    ''   | a, b | ''   | ''   | ''   | a, b
                    ''   | a, b | ''   | b, c | ''   | a, b by policy, c by policy
                    ''   | a, b | b    | ''   | b    | a
                    x, y | ''   | y, z | ''   | x, y, z | ''
                    x, y | ''   | ''   | x    | y    | x by policy
                    """)
    void aPolicyPrevailsOverAFile(
            String disabledByFile,
            String ofFile,
            String disabledByPolicy,
            String ofPolicy,
            String disabled,
            String entries)
            throws IOException {
        CatalogueChanges both =
                changes(disabledByFile, ofFile, "").then(changes(disabledByPolicy, ofPolicy, " by policy"));
        assertThat(both.disabled()).isEqualTo(split(disabled));
        assertThat(both.entries())
                .extracting(entry -> entry.id() + entry.summary())
                .isEqualTo(split(entries));
    }

    /** @param summary of all entries */
    private static CatalogueChanges changes(String disabled, String ids, String summary) throws IOException {
        CatalogueEntry example = CatalogueFile.read(new SourceText("own.yaml", Files.readString(EXAMPLE)))
                .entries()
                .get(0);
        return new CatalogueChanges(
                split(disabled),
                split(ids).stream()
                        .map(id -> new CatalogueEntry(
                                id,
                                example.component(),
                                summary,
                                example.affected(),
                                example.effect(),
                                example.breaks(),
                                example.dependsOnImage(),
                                example.flags(),
                                example.failedExec(),
                                example.timedOutExec(),
                                example.timingHelps(),
                                example.floors(),
                                example.fixed(),
                                example.remedy(),
                                example.confidence(),
                                example.symptoms(),
                                example.sources()))
                        .toList());
    }

    private static List<String> split(String ids) {
        return ids.isEmpty() ? List.of() : List.of(ids.split(", ", -1));
    }
}
