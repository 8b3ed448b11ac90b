package io.probeguard.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.probeguard.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

class CompletionCommandTest {
    private static final Path SCRIPTS = Path.of("src/main/scripts");

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "n,               nodes",
        "sc,              scan",
        "nodes --kubec,   --kubeconfig",
        "scan -o h,       html",
        "why --as-,       --as-group",
        "nothing-such,",
    })
    void completesTheLastWord(String words, String candidate) {
        List<String> args = new ArrayList<>(List.of("completion", "kubectl", "--"));
        args.addAll(List.of(words.split(" ", -1)));
        Run run = Run.of(args.toArray(String[]::new));
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).isEqualTo((candidate == null ? "" : candidate + "\n") + ":0\n");
    }

    @Test
    void offersEveryCommandWhereNothingIsTyped() {
        assertThat(Run.of("completion", "kubectl").out().lines())
                .contains("review", "nodes", "why", "completion", ":0");
    }

    @Test
    void theScriptIsTheSameForBothShells() {
        assertThat(Run.of("completion", "bash").out())
                .isEqualTo(Run.of("completion", "zsh").out())
                .isEqualTo(Run.of("completion").out())
                .contains("complete -F _complete_probe-guard");
        assertThat(Run.of("completion", "fish").exitCode()).isEqualTo(2);
    }

    /** What krew checks of a manifest, and that the build makes what it lists. */
    @Test
    void theManifestOfKrewListsWhatTheBuildMakes() throws IOException {
        JsonNode manifest = new YAMLMapper().readTree(Files.readString(SCRIPTS.resolve("krew.yaml")));
        assertThat(manifest.path("apiVersion").asString()).isEqualTo("krew.googlecontainertools.github.com/v1alpha2");
        assertThat(manifest.path("kind").asString()).isEqualTo("Plugin");
        assertThat(manifest.at("/metadata/name").asString()).isEqualTo("probe-guard");
        assertThat(manifest.at("/spec/shortDescription").asString()).hasSizeLessThanOrEqualTo(50);
        JsonNode platform = manifest.at("/spec/platforms/0");
        List<String> files = platform.path("files")
                .valueStream()
                .map(file -> file.path("from").asString())
                .toList();
        assertThat(files).contains(platform.path("bin").asString());
        String build = Files.readString(Path.of("pom.xml"));
        assertThat(files)
                .filteredOn(file -> !file.endsWith(".jar"))
                .allSatisfy(file -> assertThat(build).contains("/" + file + "\""));
        assertThat(Stream.of("ADDRESS", "CHECKSUM", "VERSION", "HOMEPAGE"))
                .allSatisfy(filledIn -> assertThat(Files.readString(SCRIPTS.resolve("krew.yaml")))
                        .contains(filledIn));
    }
}
