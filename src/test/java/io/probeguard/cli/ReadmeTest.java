package io.probeguard.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.probeguard.Run;
import io.probeguard.catalogue.Catalogue;
import io.probeguard.catalogue.CatalogueTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the README shows is what the program does. */
class ReadmeTest {
    private static String readme() throws IOException {
        return Files.readString(Path.of("README.md"));
    }

    @Test
    void theExampleIsWhatReviewPrints() throws IOException {
        String out = Run.of(
                        "review",
                        "--nodes",
                        "src/examples/nodes.yaml",
                        "--mode",
                        "rewrite",
                        "src/examples/istio-sidecar-injector.yaml")
                .out();
        assertThat(readme()).contains("src/examples/istio-sidecar-injector.yaml\n" + out + "```");
    }

    @Test
    void theNodesAreWhatNodesPrints() throws IOException {
        String out = Run.of("nodes", "--nodes", "src/examples/nodes.yaml").out();
        assertThat(readme()).contains("nodes --nodes src/examples/nodes.yaml\n" + out + "```");
    }

    @Test
    void theScanIsWhatScanPrints() throws IOException {
        String out = Run.of(
                        "scan",
                        "--nodes",
                        "src/examples/nodes.yaml",
                        "--pods",
                        "src/test/resources/scan/input/pods.yaml",
                        "--mode",
                        "rewrite")
                .out();
        assertThat(readme()).contains("scan --mode rewrite\n" + out + "```");
    }

    @Test
    void thePolicyIsTheExample() throws IOException {
        String policy = Files.readString(Path.of("src/examples/policy.yaml"));
        assertThat(readme()).contains("```yaml\n" + policy.substring(policy.indexOf("mode:")) + "```");
    }

    @ParameterizedTest
    @ValueSource(strings = {"review", "nodes", "scan", "inspect"})
    void everyOptionIsThere(String command) throws IOException {
        String help = Run.of(command, "--help").out();
        assertThat(help.lines()
                        .flatMap(line -> java.util.regex.Pattern.compile("--[a-z-]+(?==)")
                                .matcher(line)
                                .results())
                        .map(java.util.regex.MatchResult::group)
                        .distinct())
                .isNotEmpty()
                .allSatisfy(
                        option -> assertThat(readme()).contains("`" + option).as(option));
    }

    @Test
    void everyOptionOfCatalogueIsThere() throws IOException {
        assertThat(readme()).contains("catalogue [OPTIONS] [ID]", "`-o json`", "`--policy FILE`");
    }

    @Test
    void theCatalogueIsTheData() throws IOException {
        String before = "by ReadmeTest with -Dgolden.update=true -->\n";
        String after = "<!-- end of catalogue -->";
        String readme = readme();
        int start = readme.indexOf(before) + before.length();
        int end = readme.indexOf(after, start);
        String table = CatalogueTable.of(Catalogue.builtIn());
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(Path.of("README.md"), readme.substring(0, start) + table + readme.substring(end));
        } else {
            assertThat(readme.substring(start, end))
                    .as("run with -Dgolden.update=true to write it")
                    .isEqualTo(table);
        }
    }
}
