package io.probeguard.cli;

import java.io.PrintWriter;

/** A format of {@code simulate}. */
interface SimulationOutput {
    void write(SimulationReport report, PrintWriter out);
}
