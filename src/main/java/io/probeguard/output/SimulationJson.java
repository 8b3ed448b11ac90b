package io.probeguard.output;

import io.probeguard.manifest.SimulatedPod;
import io.probeguard.manifest.SimulationReport;
import java.io.PrintWriter;
import java.util.List;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** One JSON object; src/site/markdown/simulate.md documents it. */
public final class SimulationJson implements SimulationOutput {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .build();

    record Report(List<SimulatedPod> pods) {}

    @Override
    public void write(SimulationReport report, PrintWriter out) {
        out.println(MAPPER.writeValueAsString(new Report(report.pods())));
    }
}
