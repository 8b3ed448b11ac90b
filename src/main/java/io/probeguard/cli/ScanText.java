package io.probeguard.cli;

import io.probeguard.policy.Words;
import io.probeguard.report.BlastRadiusWords;
import io.probeguard.report.ScanReport;
import io.probeguard.report.ScanReport.ScannedPod;
import io.probeguard.report.ScanReport.ScannedWorkload;
import java.io.PrintWriter;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.Ansi.Style;

/** For people: by workload, what happens to its pods and which of them to make anew; then how much the policy touches. */
final class ScanText implements ScanOutput {
    private static final int MOST_PODS = 5;

    private final ReviewText text;

    ScanText(Ansi ansi) {
        this.text = new ReviewText(ansi);
    }

    @Override
    public void write(ScanReport report, PrintWriter out) {
        report.workloads().forEach(workload -> workload(workload, out));
        out.println(report.counts());
        Wrapped.print("", BlastRadiusWords.of(report.mode(), report.radius()), out);
    }

    private void workload(ScannedWorkload workload, PrintWriter out) {
        String namespace = workload.namespace() == null ? "" : workload.namespace() + "/";
        String name =
                workload.owner().kind() + " " + namespace + workload.owner().name();
        out.println(text.styled(Words.clean(name), Style.bold) + "  " + pods(workload));
        text.findings(workload.review(), out);
        List<ScannedPod> toRecreate = workload.toRecreate();
        if (!toRecreate.isEmpty()) {
            Wrapped.print("  recreate: ", names(toRecreate), out);
        }
        text.remedies(workload.review(), out);
        out.println();
    }

    private static String pods(ScannedWorkload workload) {
        int here = workload.pods().size();
        String pods = here == workload.podsOfOwner()
                ? Words.count(here, "pod")
                : here + " of " + Words.count(workload.podsOfOwner(), "pod");
        long relaxed = workload.pods().stream().filter(ScannedPod::relaxed).count();
        return pods + ", " + workload.onFlagged() + " on flagged nodes now"
                + (relaxed > 0 ? ", " + relaxed + " relaxed already" : "");
    }

    private static String names(List<ScannedPod> pods) {
        int more = pods.size() - MOST_PODS;
        return pods.stream()
                        .limit(MOST_PODS)
                        .map(pod -> pod.name() + " (" + pod.node() + ")")
                        .collect(Collectors.joining(", "))
                + (more > 0 ? " and " + more + " more" : "");
    }
}
