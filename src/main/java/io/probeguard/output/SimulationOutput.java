package io.probeguard.output;

import java.io.PrintWriter;

/** A format of {@code simulate}. */
public interface SimulationOutput {
    void write(SimulationReport report, PrintWriter out);
}
