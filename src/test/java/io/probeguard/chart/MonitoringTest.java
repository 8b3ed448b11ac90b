package io.probeguard.chart;

import static org.assertj.core.api.Assertions.assertThat;

import io.probeguard.Promtool;
import io.probeguard.server.MetricsTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The chart's alerts and dashboard, checked against the existing metrics. */
class MonitoringTest {
    private static final Path FILES = Path.of("charts/probe-guard/files");
    private static final JsonMapper JSON = new JsonMapper();

    /** Columns of Grafana's grid. */
    private static final int COLUMNS = 24;

    private static List<JsonNode> alerts() throws IOException {
        Object rules =
                new Yaml(new SafeConstructor(new LoaderOptions())).load(Files.readString(FILES.resolve("alerts.yaml")));
        return JSON.valueToTree(rules).at("/groups/0/rules").valueStream().toList();
    }

    private static JsonNode dashboard() throws IOException {
        return JSON.readTree(Files.readString(FILES.resolve("dashboard.json")));
    }

    private static Stream<JsonNode> queries() throws IOException {
        return dashboard()
                .path("panels")
                .valueStream()
                .flatMap(panel -> panel.path("targets").valueStream());
    }

    private static Set<String> metricsIn(String expression) {
        return Pattern.compile("probe_guard_\\w+")
                .matcher(expression)
                .results()
                .map(MatchResult::group)
                .map(name -> name.replaceFirst("_bucket$", ""))
                .collect(Collectors.toSet());
    }

    @Test
    void prometheusAcceptsTheAlerts() throws Exception {
        assertThat(Promtool.complaints(
                        "", "check", "rules", FILES.resolve("alerts.yaml").toString()))
                .isEmpty();
    }

    /** When each alert fires, when it does not, and its annotations. */
    @Test
    void alertsFireAsExpected() throws Exception {
        assertThat(Promtool.complaints("", "test", "rules", "src/test/resources/monitoring/alerts-test.yaml"))
                .isEmpty();
    }

    /** Those for a Prometheus without probe-guard. */
    @Test
    void theRulesOverKubeletsFireAsExpected() throws Exception {
        assertThat(Promtool.complaints("", "test", "rules", "src/test/resources/monitoring/kubelet-probes-test.yaml"))
                .isEmpty();
    }

    @Test
    void everyAlertIsTestedAndHasItsRunbook() throws Exception {
        String tests = Files.readString(Path.of("src/test/resources/monitoring/alerts-test.yaml"));
        String runbooks = Files.readString(Path.of("src/site/markdown/metrics-and-alerts.md"));
        String overview = Files.readString(Path.of("src/site/markdown/runbook.md"));
        assertThat(alerts()).isNotEmpty().allSatisfy(alert -> {
            String name = alert.path("alert").asString();
            String anchor = name.toLowerCase(Locale.ROOT);
            assertThat(alert.path("annotations").propertyNames())
                    .containsExactly("summary", "description", "runbook_url");
            assertThat(alert.at("/annotations/runbook_url").asString()).isEqualTo("metrics-and-alerts.md#" + anchor);
            assertThat(runbooks).contains("<a id=\"" + anchor + "\"></a>\n\n### " + name + "\n");
            assertThat(overview).contains("| [" + name + "](metrics-and-alerts.md#" + anchor + ") |");
            assertThat(tests).contains("- alertname: " + name + "\n");
        });
    }

    @Test
    void everyExpressionUsesMetricsThatExist() throws Exception {
        Set<String> known = MetricsTest.documented(); // which are those of the registry, as another test has it
        assertThat(alerts())
                .allSatisfy(alert -> assertThat(metricsIn(alert.path("expr").asString()))
                        .isNotEmpty()
                        .isSubsetOf(known));
        assertThat(queries())
                .isNotEmpty()
                .allSatisfy(query -> assertThat(metricsIn(query.path("expr").asString()))
                        .isNotEmpty()
                        .isSubsetOf(known));
    }

    @Test
    void prometheusAcceptsTheQueriesOfTheDashboard(@TempDir Path folder) throws Exception {
        List<Map<String, String>> rules = queries()
                .map(query -> query.path("expr").asString().replace("$__rate_interval", "5m"))
                .distinct()
                .map(expression -> Map.of("record", "query", "expr", expression))
                .toList();
        Path file = Files.writeString(
                folder.resolve("rules.yaml"),
                JSON.writeValueAsString(Map.of("groups", List.of(Map.of("name", "dashboard", "rules", rules)))));
        assertThat(Promtool.complaints("", "check", "rules", "--lint=none", file.toString()))
                .isEmpty();
    }

    @Test
    void theDashboardQueriesTheSelectedDataSource() throws Exception {
        JsonNode dashboard = dashboard();
        JsonNode variable = dashboard.at("/templating/list/0");
        assertThat(variable.path("name").asString()).isEqualTo("datasource");
        assertThat(variable.path("type").asString()).isEqualTo("datasource");
        assertThat(variable.path("query").asString()).isEqualTo("prometheus");
        assertThat(dashboard.path("panels").findValues("datasource"))
                .hasSizeGreaterThan(dashboard.path("panels").size())
                .allSatisfy(source ->
                        assertThat(source.toString()).isEqualTo("{\"type\":\"prometheus\",\"uid\":\"${datasource}\"}"));
    }

    @Test
    void thePanelsOfTheDashboardFillItsGrid() throws Exception {
        Set<Integer> ids = new HashSet<>();
        Set<List<Integer>> cells = new HashSet<>();
        int area = 0;
        int height = 0;
        for (JsonNode panel : dashboard().path("panels")) {
            assertThat(ids.add(panel.path("id").asInt()))
                    .as(panel.path("title").asString())
                    .isTrue();
            JsonNode at = panel.path("gridPos");
            int right = at.path("x").asInt() + at.path("w").asInt();
            int bottom = at.path("y").asInt() + at.path("h").asInt();
            assertThat(right).isLessThanOrEqualTo(COLUMNS);
            area += at.path("w").asInt() * at.path("h").asInt();
            height = Math.max(height, bottom);
            for (int x = at.path("x").asInt(); x < right; x++) {
                for (int y = at.path("y").asInt(); y < bottom; y++) {
                    cells.add(List.of(x, y));
                }
            }
        }
        assertThat(cells)
                .as("cells of the grid, each of one panel")
                .hasSize(area)
                .hasSize(COLUMNS * height);
    }
}
