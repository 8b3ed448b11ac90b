package io.probeguard.cli;

import static org.assertj.core.api.Assertions.assertThat;

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
    @ValueSource(strings = {"review", "nodes", "scan"})
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
}
