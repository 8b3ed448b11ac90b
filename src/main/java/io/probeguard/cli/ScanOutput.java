package io.probeguard.cli;

import io.probeguard.report.ScanReport;
import java.io.PrintWriter;

/** A format in which {@code scan} tells what it found. */
interface ScanOutput {
    void write(ScanReport report, PrintWriter out);
}
