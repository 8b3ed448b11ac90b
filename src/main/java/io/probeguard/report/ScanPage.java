package io.probeguard.report;

import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.Template;
import io.probeguard.node.FlaggedNodes;
import io.probeguard.policy.Finding;
import io.probeguard.policy.Words;
import io.probeguard.probe.Consequence;
import io.probeguard.probe.Consequence.Seconds;
import io.probeguard.report.ScanReport.ScannedPod;
import io.probeguard.report.ScanReport.ScannedWorkload;
import io.probeguard.runtime.CatalogueEntry;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A scan as one HTML page that needs nothing else: no script, no other file. The template {@code scan.mustache} decides
 * how it looks, and escapes every value; this only says what it may ask for.
 */
public final class ScanPage {
    private static final int MOST_NODES = 5;

    private ScanPage() {}

    /** Writes the page. */
    public static void write(ScanReport report, PrintWriter out) {
        template().execute(new Page(report), out);
    }

    private static Template template() {
        try (InputStream in = ScanPage.class.getResourceAsStream("scan.mustache");
                InputStreamReader reader = new InputStreamReader(in, StandardCharsets.UTF_8)) {
            return Mustache.compiler().compile(reader);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    record Page(ScanReport report) {
        String sentence() {
            return BlastRadiusWords.of(report.mode(), report.radius());
        }

        String counts() {
            return report.counts();
        }

        /** Made while the page is written, one after the other. */
        Iterable<Block> workloads() {
            return () -> report.workloads().stream().map(Block::new).iterator();
        }
    }

    record Block(ScannedWorkload workload) {
        String name() {
            String namespace = workload.namespace() == null ? "" : workload.namespace() + "/";
            return Words.clean(
                    workload.owner().kind() + " " + namespace + workload.owner().name());
        }

        String pods() {
            return workload.pods().size() + " of " + Words.count(workload.podsOfOwner(), "pod") + " judged like this, "
                    + workload.onFlagged() + " on flagged nodes now";
        }

        @Nullable
        String leftAlone() {
            return workload.review().note() == null
                    ? null
                    : Words.clean(workload.review().note().detail());
        }

        List<Row> findings() {
            return workload.review().findings().stream().map(Row::new).toList();
        }

        List<String> remedies() {
            return workload.review().findings().stream()
                    .flatMap(finding -> finding.builds().stream())
                    .distinct()
                    .map(ScanPage::remedy)
                    .toList();
        }

        boolean hasRemedies() {
            return !remedies().isEmpty();
        }

        List<ScannedPod> podsToRecreate() {
            return workload.toRecreate();
        }

        int podsToRecreateCount() {
            return podsToRecreate().size();
        }

        boolean hasPodsToRecreate() {
            return !podsToRecreate().isEmpty();
        }
    }

    private static String remedy(CatalogueEntry build) {
        return build.id() + ": " + build.remedy()
                + (build.timingHelps() ? "; longer timing helps" : "; longer timing cannot heal it");
    }

    record Row(Finding finding) {
        String container() {
            return Words.clean(finding.container());
        }

        String handler() {
            return finding.handler().word();
        }

        String action() {
            return finding.action().word();
        }

        String where() {
            FlaggedNodes nodes = finding.nodes();
            int more = nodes.size() - MOST_NODES;
            String names = nodes.names().stream().limit(MOST_NODES).collect(Collectors.joining(", "));
            return "exec " + Words.phrase(nodes) + " on " + nodes.size()
                    + " of " + finding.candidates().count() + " nodes (" + names
                    + (more > 0 ? " and " + more + " more" : "") + ")";
        }

        String consequence() {
            return finding.consequence().sentence();
        }

        @Nullable
        String afterwards() {
            Consequence after = finding.afterwards();
            return after == null
                            || after.sentence().equals(finding.consequence().sentence())
                    ? null
                    : after.summary();
        }

        @Nullable
        String change() {
            return finding.after() == null ? null : Words.change(finding.before(), finding.after());
        }

        @Nullable
        Timeline timeline() {
            return Timeline.of(finding);
        }
    }

    /** When the kubelet first kills the container: as written and, below it to the same scale, relaxed. */
    record Timeline(String label, List<Bar> bars) {
        private static final int WIDTH = 320;
        private static final int BAR_HEIGHT = 30;

        int height() {
            return bars.size() * BAR_HEIGHT;
        }

        static @Nullable Timeline of(Finding finding) {
            Seconds before = finding.consequence().firstKill();
            if (before == null) {
                return null;
            }
            Seconds after =
                    finding.afterwards() == null ? null : finding.afterwards().firstKill();
            long scale = Math.max(1, Math.max(end(before), after == null ? 0 : end(after)));
            List<Bar> bars = new ArrayList<>();
            bars.add(bar(0, "as written: killed after " + before, before, scale));
            if (after != null) {
                bars.add(bar(1, "relaxed: killed after " + after, after, scale));
            }
            return new Timeline(bars.stream().map(Bar::label).collect(Collectors.joining("; ")), bars);
        }

        /** Without a bound the bar still shows that it may be later. */
        private static long end(Seconds kill) {
            return kill.latest() == null ? kill.earliest() * 5 / 4 + 1 : kill.latest();
        }

        private static Bar bar(int line, String label, Seconds kill, long scale) {
            long runs = kill.earliest() * WIDTH / scale;
            return new Bar(
                    label, line * BAR_HEIGHT + 12, line * BAR_HEIGHT + 17, runs, end(kill) * WIDTH / scale - runs);
        }
    }

    /** In units of the drawing; {@code runs} until the earliest kill, {@code killed} from there to the latest. */
    record Bar(String label, int textY, int y, long runs, long killed) {}
}
