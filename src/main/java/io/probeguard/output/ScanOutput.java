package io.probeguard.output;

import io.probeguard.scan.ScanReport;
import java.io.PrintWriter;

/** An output format of {@code scan}. */
public interface ScanOutput {
    void write(ScanReport report, PrintWriter out);
}
