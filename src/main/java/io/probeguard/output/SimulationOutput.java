package io.probeguard.output;

import io.probeguard.manifest.SimulationReport;
import java.io.PrintWriter;

/** A format of {@code simulate}. */
public interface SimulationOutput {
    void write(SimulationReport report, PrintWriter out);
}
