package io.probeguard.output;

import io.probeguard.scan.ScanReport;
import java.io.PrintWriter;

/** A format in which {@code scan} tells what it found. */
public interface ScanOutput {
    void write(ScanReport report, PrintWriter out);
}
