package io.probeguard.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.probeguard.catalogue.NodeInfo;
import io.probeguard.node.Fleet;
import io.probeguard.node.NodeFacts;
import io.probeguard.node.Nodes;
import io.probeguard.policy.Policy;
import io.probeguard.probe.Pods;
import io.probeguard.scan.NodeView;
import io.probeguard.scan.NodesReport;
import io.probeguard.scan.Scan;
import io.probeguard.scan.ScanReport;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScanPageTest {
    private static final Pattern NAME = Pattern.compile("Deployment team-\\d+/web-\\d+");

    private static final Pattern ARTICLE = Pattern.compile("<article>");

    private static String page(ScanReport report) {
        StringWriter out = new StringWriter();
        ScanPage.write(report, new PrintWriter(out));
        return out.toString();
    }

    /** Each workload has two findings; an email may have a megabyte. */
    @ParameterizedTest
    @CsvSource({"0, 0", "50, 50", "51, 50", "10000, 50"})
    void listsAllWorkloadsButFewInFull(int workloads, int inFull) {
        String page = page(new SampleData(workloads).reviewed().report());
        assertThat(page).hasSizeLessThan(1_000_000);
        assertThat(ARTICLE.matcher(page).results()).hasSize(inFull);
        assertThat(NAME.matcher(page).results().map(MatchResult::group).distinct())
                .hasSize(workloads);
    }

    @Test
    void groupsNodesThatDifferOnlyInTheirNames() {
        Fleet fleet = Nodes.fleet(Nodes.broken("a"), Nodes.node("b", Nodes.EL7_DOCKER), Nodes.broken("c"));
        assertThat(NodeView.alike(NodesReport.of(fleet).flagged()).stream().map(NodeView::name))
                .containsExactly("a, c", "b");
    }

    /** Each node is shown with its own effect, even where another node has a worse one. */
    @Test
    void showsEachNodeWithItsOwnEffect() {
        NodeFacts hanging = Nodes.node("b", new NodeInfo("containerd://1.6.30", "Debian 12", "6.1.0", "v1.28.0"));
        Scan scan = new Scan(Nodes.fleet(Nodes.broken("a"), hanging), Policy.DEFAULT, namespace -> null);
        scan.add(Pods.pod("containers: [{name: c, livenessProbe: {exec: {}}}]"));
        assertThat(page(scan.report()))
                .contains("exec always fails on 1 (a), hangs intermittently on 1 (b), of 2 nodes");
    }
}
