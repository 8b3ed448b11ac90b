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

/** The dashboard, held against what Grafana publishes of its format: the types in its npm package @grafana/schema. */
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

    /** What the compiler says of a dashboard; empty where it has nothing to say. */
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
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return said;
    }

    @Test
    void grafanaKnowsAllThatItHas() throws Exception {
        assertThat(complaints(Files.readString(DASHBOARD))).isEmpty();
    }

    /** Otherwise nothing would be held against anything. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "gridPos"            | "gridpos"
            "graphTooltip": 1    | "graphTooltip": "1"
            "drawStyle": "bars"  | "drawStyle": "bar"
            "legendFormat"       | "legend"
            "calcs"              | "calc"
            """)
    void slipsAreFound(String right, String slip) throws Exception {
        String dashboard = Files.readString(DASHBOARD);
        assertThat(dashboard).contains(right);
        assertThat(complaints(dashboard.replace(right, slip))).contains("error TS");
    }
}
