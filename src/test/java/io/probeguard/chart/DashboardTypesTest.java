package io.probeguard.chart;

import static org.assertj.core.api.Assertions.assertThat;

import io.probeguard.External;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Checks the dashboard against the types that Grafana publishes in its npm package @grafana/schema. */
class DashboardTypesTest {
    private static final Path DASHBOARD = Path.of("charts/probe-guard/files/dashboard.json");
    private static final Path TYPES = Path.of("src/test/resources/monitoring/dashboard.ts");

    @TempDir
    static Path folder;

    private static Path compiler;

    @BeforeAll
    static void prepare() throws IOException {
        Path modules = External.folder("PROBE_GUARD_GRAFANA_TYPES").toAbsolutePath();
        compiler = modules.resolve("typescript/bin/tsc");
        Files.createSymbolicLink(folder.resolve("node_modules"), modules);
        Files.copy(TYPES, folder.resolve("dashboard.ts"));
    }

    /** The compiler's errors about a dashboard; empty where there are none. */
    private static String complaints(String dashboard) throws Exception {
        Path source = Files.writeString(
                folder.resolve("chart.ts"),
                "import type { Known } from './dashboard';\nexport const chart: Known = " + dashboard);
        Process process = new ProcessBuilder(
                        External.program("node").toString(),
                        compiler.toString(),
                        "--noEmit",
                        "--strict",
                        "--skipLibCheck",
                        "--target",
                        "es2020",
                        "--moduleResolution",
                        "node",
                        source.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output;
    }

    @Test
    void hasOnlyFieldsThatGrafanaKnows() throws Exception {
        assertThat(complaints(Files.readString(DASHBOARD))).isEmpty();
    }

    /** Shows that the check above can fail. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "gridPos"            | "gridpos"
            "graphTooltip": 1    | "graphTooltip": "1"
            "drawStyle": "bars"  | "drawStyle": "bar"
            "legendFormat"       | "legend"
            "calcs"              | "calc"
            """)
    void findsMistakes(String correct, String mistake) throws Exception {
        String dashboard = Files.readString(DASHBOARD);
        assertThat(dashboard).contains(correct);
        assertThat(complaints(dashboard.replace(correct, mistake))).contains("error TS");
    }
}
