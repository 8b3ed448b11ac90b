package io.probeguard.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import io.probeguard.External;
import io.probeguard.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Every exec probe and hook in real manifests, with its timing as written, against what was counted independently. */
class ReviewCorpusTest {
    private static final List<String> NUMBERS =
            List.of("initialDelaySeconds", "periodSeconds", "timeoutSeconds", "failureThreshold", "successThreshold");

    @Test
    void findsAllExecHandlersOfTheCorpus() throws IOException {
        Path corpus = External.folder("PROBE_GUARD_CORPUS");
        List<String> expected = new ArrayList<>();
        for (String line : Files.readAllLines(corpus.resolve("expected.tsv"))) {
            List<String> fields = List.of(line.split("\t", -1));
            if (fields.get(7).equals("exec")) {
                expected.add(String.join("|", fields.subList(0, 7)) + "|" + String.join("|", fields.subList(8, 13)));
            }
        }
        Run run = Run.of(
                "review",
                "-o",
                "json",
                corpus.resolve("exec").toString(),
                corpus.resolve("noexec").toString(),
                corpus.resolve("awkward").toString());
        List<String> found = new ArrayList<>();
        for (JsonNode finding : new JsonMapper().readTree(run.out()).path("findings")) {
            found.add(row(corpus, finding));
        }
        assertThat(expected).hasSizeGreaterThan(200);
        assertThat(found).containsExactlyInAnyOrderElementsOf(expected);
    }

    private static String row(Path corpus, JsonNode finding) {
        String numbers = NUMBERS.stream()
                .map(number -> finding.at("/timing/before/" + number).asString(""))
                .collect(Collectors.joining("|"));
        return String.join(
                "|",
                corpus.relativize(Path.of(finding.path("file").asString())).toString(),
                finding.path("document").asString(),
                finding.path("kind").asString(),
                finding.path("namespace").asString(""),
                finding.path("name").asString(),
                finding.path("container").asString(),
                finding.path("handler").asString(),
                numbers);
    }
}
