package io.probeguard.chart;

import static org.assertj.core.api.Assertions.assertThat;

import io.probeguard.GeneratedTable;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The page of the chart's values, from {@code values.schema.json} and {@code values.yaml}. What has a description in the
 * schema is a row; what has none has properties that do.
 */
class ValuesPageTest {
    private static final JsonMapper JSON = JsonMapper.shared();

    private final JsonNode schema = JSON.readTree(Chart.PATH.resolve("values.schema.json"));
    private final JsonNode values = JSON.valueToTree(new Yaml().<Object>load(read("values.yaml")));

    private static String read(String file) throws Exception {
        return Files.readString(Chart.PATH.resolve(file));
    }

    ValuesPageTest() throws Exception {}

    /** Keys with their schemas, in the order of the schema. */
    private Map<String, JsonNode> rows() {
        Map<String, JsonNode> rows = new LinkedHashMap<>();
        collect("", schema, rows);
        return rows;
    }

    private static void collect(String key, JsonNode schema, Map<String, JsonNode> rows) {
        if (schema.has("description")) {
            rows.put(key, schema);
            return;
        }
        assertThat(schema.path("properties")).as(key + " has no description").isNotEmpty();
        schema.path("properties")
                .properties()
                .forEach(property -> collect(
                        key.isEmpty() ? property.getKey() : key + "." + property.getKey(), property.getValue(), rows));
    }

    private JsonNode defaultOf(String key) {
        return values.at("/" + key.replace('.', '/'));
    }

    @Test
    void thePageIsThatOfTheSchema() throws Exception {
        StringBuilder table = new StringBuilder("\n| value | takes | default | what it sets |\n|---|---|---|---|\n");
        rows().forEach((key, schema) -> table.append("| `%s` | %s | %s | %s |\n"
                .formatted(
                        key,
                        takes(schema),
                        written(defaultOf(key)),
                        schema.path("description").asString())));
        GeneratedTable.check("values.md", "values", table.append('\n').toString());
    }

    private static String takes(JsonNode schema) {
        JsonNode allowed = schema.path("enum");
        if (!allowed.isMissingNode()) {
            return allowed.valueStream().map(ValuesPageTest::written).collect(Collectors.joining(", "));
        }
        String type = schema.path("type").asString();
        if (schema.path("pattern").asString("").contains("m|s)")) {
            return schema.path("pattern").asString().contains("(d|")
                    ? "duration: `d`, `h`, `m` or `s`"
                    : "duration: `h`, `m` or `s`";
        }
        JsonNode minimum = schema.path("minimum");
        JsonNode maximum = schema.path("maximum");
        return type
                + (maximum.isMissingNode()
                        ? minimum.isMissingNode() ? "" : ", at least " + minimum
                        : ", " + minimum + " to " + maximum);
    }

    private static String written(JsonNode value) {
        if (value.isMissingNode()) {
            return "";
        }
        return "`" + (value.isString() && !value.asString().isEmpty() ? value.asString() : value.toString()) + "`";
    }

    /** And the other way round: a key that only one of the two has is a mistake. */
    @Test
    void everyDefaultHasARow() {
        List<String> without = new ArrayList<>();
        leaves("", values, without);
        without.removeIf(
                leaf -> rows().keySet().stream().anyMatch(key -> leaf.equals(key) || leaf.startsWith(key + ".")));
        assertThat(without).isEmpty();
        assertThat(rows().keySet().stream().filter(key -> defaultOf(key).isMissingNode()))
                .containsExactlyInAnyOrder("global", "metrics.port");
    }

    private static void leaves(String key, JsonNode value, List<String> found) {
        if (!value.isObject() || value.isEmpty()) {
            found.add(key);
            return;
        }
        value.properties()
                .forEach(property -> leaves(
                        key.isEmpty() ? property.getKey() : key + "." + property.getKey(), property.getValue(), found));
    }
}
