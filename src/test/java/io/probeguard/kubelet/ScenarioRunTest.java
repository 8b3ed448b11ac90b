package io.probeguard.kubelet;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class ScenarioRunTest {
    @Test
    void whatRunsIsWhatTheScenarioSays(@TempDir Path folder) throws Exception {
        Transcribe.require();
        Map<String, JsonNode> scenarios = Scenarios.all();
        Path runs = Files.writeString(folder.resolve("runs.yaml"), ScenarioRun.documents(scenarios.values()));
        String transcribed = Transcribe.run("scenarios", runs.toString());
        Map<String, JsonNode> again = Scenarios.read(transcribed);
        assertThat(again).hasSameSizeAs(scenarios).allSatisfy((name, manifest) -> {
            JsonNode scenario = Objects.requireNonNull(scenarios.get(name), name);
            assertThat(manifest.path("spec")).isEqualTo(scenario.path("spec"));
            assertThat(options(manifest)).isEqualTo(options(scenario));
        });
    }

    /** What holds for all containers is said of each. */
    private static Set<String> options(JsonNode manifest) {
        return new HashSet<>(
                List.of(manifest.at("/metadata/annotations/options").asString().split(" (?=--)", -1)));
    }
}
