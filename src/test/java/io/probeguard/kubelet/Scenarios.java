package io.probeguard.kubelet;

import io.probeguard.text.SourceText;
import io.probeguard.yaml.Document;
import io.probeguard.yaml.Documents;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** The scenarios that were run on real kubelets, and what was recorded of them. */
final class Scenarios {
    static final Path FOLDER = Path.of("src/test/resources/simulate");

    private Scenarios() {}

    /** By their names: a manifest each. */
    static Map<String, JsonNode> all() throws IOException {
        return read(Files.readString(FOLDER.resolve("scenarios.yaml")));
    }

    /** The same from their text. */
    static Map<String, JsonNode> read(String yaml) {
        Map<String, JsonNode> scenarios = new LinkedHashMap<>();
        for (Document document :
                Documents.parse(new SourceText("scenarios.yaml", yaml)).documents()) {
            if (!document.tree().isNull()) {
                scenarios.put(document.tree().at("/metadata/name").asString(), document.tree());
            }
        }
        return scenarios;
    }

    /** What was recorded, stack by stack. */
    static List<Observation> observations() throws IOException {
        Map<String, JsonNode> scenarios = all();
        List<Observation> observations = new ArrayList<>();
        try (Stream<Path> files = Files.list(FOLDER.resolve("observed"))) {
            for (Path file : files.sorted().toList()) {
                Stack stack = Stack.named(file.getFileName().toString().replaceFirst("\\.csv$", ""));
                observations.addAll(Observation.read(stack, Files.readAllLines(file), scenarios));
            }
        }
        return observations;
    }
}
