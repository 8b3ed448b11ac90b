package io.probeguard.console;

import com.samskivert.mustache.Template;
import io.probeguard.background.BackgroundReview.Pass;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Renders the pages. Each reads the source once, so that its parts are consistent. */
final class ConsolePages {
    private final ConsoleData source;
    private final Clock clock;
    private final Template overview = HtmlTemplates.template("overview.mustache");
    private final Template nodes = HtmlTemplates.template("nodes.mustache");
    private final Template workloads = HtmlTemplates.template("workloads.mustache");
    private final Template workload = HtmlTemplates.template("workload-page.mustache");
    private final Template pod = HtmlTemplates.template("pod.mustache");
    private final Template decisions = HtmlTemplates.template("decisions.mustache");

    ConsolePages(ConsoleData source, Clock clock) {
        this.source = source;
        this.clock = clock;
    }

    String overview() {
        return overview.execute(OverviewPage.of(source, clock.instant()));
    }

    /** @param all whether nodes without a flag are shown too */
    String nodes(boolean all, int page) {
        return nodes.execute(NodesPage.of(source, all, page));
    }

    String workloads(WorkloadFilter filter) {
        return workloads.execute(WorkloadsPage.of(source, filter));
    }

    /** Null where no such workload is affected. */
    @Nullable
    String workload(String namespace, String kind, String name) {
        Pass pass = source.reviewed();
        List<WorkloadRow> groups = WorkloadRow.of(pass, namespace, kind, name);
        return groups.isEmpty() ? null : workload.execute(WorkloadPage.of(source, pass, groups));
    }

    /** The page in place of that of a workload that is not affected, or no longer. */
    String noWorkload() {
        return workload.execute(WorkloadPage.of(source, source.reviewed(), List.of()));
    }

    /** YAML that relaxes a workload; null where there is none. */
    @Nullable
    String fix(String namespace, String kind, String name) {
        return WorkloadRow.of(source.reviewed(), namespace, kind, name).stream()
                .filter(WorkloadRow::hasFix)
                .map(WorkloadRow::fix)
                .findFirst()
                .orElse(null);
    }

    /** @param name of pods in any namespace; empty for a page to ask on */
    String pod(String name) {
        return pod.execute(PodPage.of(source, name));
    }

    String decisions(WorkloadFilter filter) {
        return decisions.execute(DecisionsPage.of(source, filter));
    }
}
