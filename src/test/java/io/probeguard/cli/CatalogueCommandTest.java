package io.probeguard.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.probeguard.Golden;
import io.probeguard.Run;
import io.probeguard.catalogue.Catalogue;
import io.probeguard.catalogue.CatalogueEntry;
import io.probeguard.catalogue.CatalogueFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class CatalogueCommandTest {
    private static final Golden GOLDEN = new Golden("catalogue/expected");
    private static final String POLICY = "src/test/resources/catalogue/policy.yaml";

    @AfterAll
    static void noGoldenFileIsStale() {
        GOLDEN.checkNoneIsStale();
    }

    private static Run catalogue(String... args) {
        List<String> all = new ArrayList<>(List.of("catalogue"));
        all.addAll(List.of(args));
        return Run.of(all.toArray(String[]::new));
    }

    static List<String> everyId() {
        Catalogue catalogue = Catalogue.builtIn();
        List<String> ids = new ArrayList<>();
        catalogue.entries().forEach(entry -> ids.add(entry.id()));
        catalogue.notProbeBugs().forEach(known -> ids.add(known.id()));
        return ids;
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
                    all.txt              |
                    docker.txt           | docker-el7-1.13.1-84
                    docker.json          | -o json docker-el7-1.13.1-84
                    one-cpu.txt          | containerd-1.2.12-one-cpu
                    old-kernel.txt       | runc-old-kernel-unshare
                    gke.txt              | gke-exec-timeout-off
                    no-probe-bug.txt     | runc-1.1.3-tty
                    no-probe-bug.json    | -o json runc-1.1.3-tty
                    policy.txt           | --policy src/test/resources/catalogue/policy.yaml
                    acme.txt             | --policy src/test/resources/catalogue/policy.yaml acme-runc-2.0
                    """)
    void outputs(String golden, String args) {
        Run run = args == null ? catalogue() : catalogue(args.split(" ", -1));
        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
        GOLDEN.check(golden, run.out());
    }

    @ParameterizedTest
    @MethodSource("everyId")
    void explainsEveryEntryWithinATerminal(String id) {
        Run run = catalogue(id);
        assertThat(run.exitCode()).isZero();
        assertThat(run.out().lines().findFirst()).contains(id);
        assertThat(run.out().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(100));
    }

    @Test
    void theListFitsATerminal() {
        assertThat(catalogue("--policy", POLICY).out().lines())
                .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(100));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    catalogue --check src/examples/catalogue.yaml            | acme-runc-2.0.7: new\\nsrc/examples/catalogue.yaml is valid\\n
                    catalogue --catalogue src/examples/catalogue.yaml -o json acme-runc-2.0.7 | "id" : "acme-runc-2.0.7"
                    catalogue --catalogue src/examples/catalogue.yaml --policy src/test/resources/catalogue/policy.yaml | acme-runc-2.0.7
                    review --catalogue src/examples/catalogue.yaml --assume runc-2.0.7-1.acme1 src/examples | acme-runc-2.0.7
                    nodes --catalogue src/examples/catalogue.yaml --nodes src/test/resources/catalogue/acme-nodes.yaml | acme-runc-2.0.7
                    scan --catalogue src/examples/catalogue.yaml --nodes src/test/resources/catalogue/acme-nodes.yaml --pods src/test/resources/catalogue/acme-pods.yaml | acme-runc-2.0.7
                    """)
    void everyCommandKnowsTheEntriesOfAFile(String args, String printed) {
        assertThat(Run.of(args.split(" ", -1)).out()).contains(printed.replace("\\n", "\n"));
    }

    @Test
    void aFileReplacesABuiltInEntryAndAPolicyReplacesThat(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(
                folder.resolve("own.yaml"),
                Files.readString(Path.of("src/examples/catalogue.yaml")).replace("acme-runc-2.0.7", "conmon-2.0.23"));
        assertThat(catalogue("--check", file.toString()).out())
                .startsWith("conmon-2.0.23: replaces the built-in entry\n");
        assertThat(catalogue("--catalogue", file.toString(), "conmon-2.0.23").out())
                .contains("The company's build of runc");
        assertThat(catalogue("--catalogue", file.toString(), "--policy", POLICY, "conmon-2.0.23")
                        .out())
                .contains("Ours has the fix since 2.0.25.");
    }

    @Test
    void printsTheSchema() {
        assertThat(catalogue("--schema").out()).isEqualTo(CatalogueFile.schema());
    }

    @Test
    void writesAllAsJsonWithTheKeysOfThePolicy() {
        JsonNode all = new JsonMapper().readTree(catalogue("-o", "json").out());
        assertThat(all.propertyNames()).containsExactly("entries", "notProbeBugs", "symptoms", "messages", "disabled");
        assertThat(all.path("entries")
                        .valueStream()
                        .map(entry -> entry.path("id").asString()))
                .containsExactlyElementsOf(Catalogue.builtIn().entries().stream()
                        .map(CatalogueEntry::id)
                        .toList());
        assertThat(all.at("/entries/0/affected/0").toString())
                .isEqualTo("{\"by\":\"rpm\",\"name\":\"docker\",\"versions\":\">=1.13.1-84|<1.13.1-85\","
                        + "\"release\":\".el7\"}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    docker-el7-1.13.1-48            | error: "docker-el7-1.13.1-48" is not in the catalogue (did you mean docker-el7-1.13.1-84
                    conmno-2.0.23                   | (did you mean conmon-2.0.23, conmon-2.2.0?); "probe-guard catalogue" lists all entries
                    zzz                             | error: "zzz" is not in the catalogue; "probe-guard catalogue" lists all
                    --policy src/test/resources/catalogue/policy.yaml docker-el7-1.13.1-84 | is not in the catalogue
                    --catalogue gone.yaml           | error: --catalogue: gone.yaml: no such file or directory
                    --check gone.yaml               | error: --check: gone.yaml: no such file or directory
                    --check src/examples/nodes.yaml | error: src/examples/nodes.yaml:3: unknown field "apiVersion"; known fields: disabled, entries
                    --policy gone.yaml              | error: --policy: gone.yaml: no such file or directory
                    -o yaml                         | Invalid value for option '--output'
                    one two                         | Unmatched argument
                    """)
    void reportsBadInput(String args, String message) {
        Run run = catalogue(args.split(" ", -1));
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains(message).doesNotContain("\tat ");
    }
}
