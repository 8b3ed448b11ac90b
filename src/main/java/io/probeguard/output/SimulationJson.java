package io.probeguard.output;

import io.probeguard.manifest.SimulatedPod;
import io.probeguard.manifest.SimulationReport;
import java.io.PrintWriter;
import java.util.List;

/** One JSON object; src/site/markdown/simulate.md documents it. */
public final class SimulationJson implements SimulationOutput {
    record Report(List<SimulatedPod> pods) {}

    @Override
    public void write(SimulationReport report, PrintWriter out) {
        Json.writeReport(new Report(report.pods()), out);
    }
}
