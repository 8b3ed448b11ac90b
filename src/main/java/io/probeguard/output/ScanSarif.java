package io.probeguard.output;

import io.probeguard.output.Sarif.Location;
import io.probeguard.output.Sarif.LogicalLocation;
import io.probeguard.policy.Finding;
import io.probeguard.scan.ScanReport;
import io.probeguard.scan.ScanReport.ScannedWorkload;
import io.probeguard.text.Wording;
import java.io.PrintWriter;
import java.util.List;

/** SARIF whose locations are objects of the cluster, since there are no files. */
public final class ScanSarif implements ScanOutput {
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
        return new Location(null, List.of(new LogicalLocation(Wording.clean(name))));
    }
}
