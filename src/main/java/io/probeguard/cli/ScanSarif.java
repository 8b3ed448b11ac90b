package io.probeguard.cli;

import io.probeguard.cli.Sarif.Location;
import io.probeguard.cli.Sarif.LogicalLocation;
import io.probeguard.policy.Finding;
import io.probeguard.policy.Words;
import io.probeguard.report.ScanReport;
import io.probeguard.report.ScanReport.ScannedWorkload;
import java.io.PrintWriter;
import java.util.List;

/** SARIF whose places are objects of the cluster, since there are no files. */
final class ScanSarif implements ScanOutput {
    @Override
    public void write(ScanReport report, PrintWriter out) {
        Sarif sarif = new Sarif();
        for (ScannedWorkload workload : report.workloads()) {
            workload.review().findings().forEach(finding -> sarif.add(finding, location(workload, finding)));
        }
        sarif.write(List.of(), out);
    }

    private static Location location(ScannedWorkload workload, Finding finding) {
        String namespace = workload.namespace() == null ? "" : workload.namespace() + "/";
        String name = namespace + workload.owner().kind() + "/"
                + workload.owner().name() + "/" + finding.container() + "/" + finding.handler();
        return new Location(null, List.of(new LogicalLocation(Words.clean(name))));
    }
}
