package io.probeguard.console;

import io.probeguard.background.BackgroundReview.Pass;
import io.probeguard.decision.Decision;
import io.probeguard.scan.ScanReport.ScannedWorkload;
import io.probeguard.scan.WorkloadView;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** An affected workload in a list, with links to its details. */
record WorkloadRow(WorkloadView view) {
    private WorkloadRow(ScannedWorkload workload) {
        this(new WorkloadView(workload));
    }

    static Stream<WorkloadRow> all(@Nullable Pass pass) {
        return pass == null ? Stream.of() : pass.report().workloads().stream().map(WorkloadRow::new);
    }

    /** The rows of one workload: several where its pods are judged differently. */
    static List<WorkloadRow> of(@Nullable Pass pass, String namespace, String kind, String name) {
        return all(pass)
                .filter(row -> row.namespace().equals(namespace)
                        && row.kind().equals(kind)
                        && row.workload().owner().name().equals(name))
                .toList();
    }

    boolean isAbout(Decision decision) {
        return namespace().equals(Objects.requireNonNullElse(decision.namespace(), ""))
                && workload().owner().equals(decision.workload());
    }

    private ScannedWorkload workload() {
        return view.workload();
    }

    String namespace() {
        return Objects.requireNonNullElse(workload().namespace(), "");
    }

    String kind() {
        return workload().owner().kind();
    }

    String builds() {
        return String.join(", ", view.builds());
    }

    int onFlagged() {
        return workload().onFlagged();
    }

    boolean hasFix() {
        return view.fix() != null;
    }

    @Nullable
    String fix() {
        return view.fix();
    }

    String href() {
        return "workload" + query();
    }

    String fixHref() {
        return "fix.yaml" + query();
    }

    private Query query() {
        return new Query()
                .and("namespace", namespace())
                .and("kind", kind())
                .and("name", workload().owner().name());
    }
}
