package io.probeguard.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.probeguard.decision.Decision;
import io.probeguard.decision.Decision.Outcome;
import io.probeguard.probe.Pods;
import io.probeguard.probe.Workload.Identity;
import java.time.Clock;
import java.util.List;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the console answers for the name of a pod. */
class PodPageTest {
    private static final String UNREADY =
            "{conditions: [{type: Ready, status: 'False', lastTransitionTime: '2026-11-27T10:00:00Z'}],"
                    + " containerStatuses: [{restartCount: 12}]}";
    private static final String READY = "{conditions: [{type: Ready, status: 'True'}]}";

    private final SampleData source = new SampleData(1);

    private void add(String namespace, String name, String status) {
        source.add(Pods.read("{apiVersion: v1, kind: Pod, metadata: {namespace: " + namespace + ", name: " + name
                        + "}, spec: {nodeName: node-2, containers: [{name: app, livenessProbe: {exec: {command: [x]}}}]},"
                        + " status: " + status + "}")
                .get(0)
                .workload());
    }

    private Document page(String name) {
        return Jsoup.parse(new ConsolePages(source, Clock.systemUTC()).pod(name));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            fails-0 | On node-2, not Ready since 2026-11-27T10:00:00Z, 12 restarts: predicted and happening.
            runs-0  | On node-2, Ready, 0 restarts: predicted, not seen.
            new-0   | On node-2.
            """)
    void itsStateStandsBesideWhatIsPredicted(String name, String condition) {
        add("shop", "fails-0", UNREADY);
        add("shop", "runs-0", READY);
        add("shop", "new-0", "{}");
        Document page = page(name);
        assertThat(page.select("article h2 + p").text()).isEqualTo(condition);
        assertThat(page.select("article table").eachText().toString())
                .contains("node-2", "docker-el7-1.13.1-84", "What happens in the worst case");
        assertThat(page.select("pre[aria-label=Command]").text())
                .isEqualTo("kubectl probe-guard why " + name + " -n shop");
    }

    @Test
    void whatWasDecidedAboutItsWorkloadIsShown() {
        String pod = "web-0-6f9c8d7b5-x2x4z";
        assertThat(page(pod).select("article").text()).doesNotContain("was decided");
        source.decide(
                new Decision("team-0", new Identity("Deployment", "web-0"), Outcome.REWRITTEN, List.of("docker-el7")));
        assertThat(page(pod).select("article h3").eachText())
                .contains("What was decided about its workload in the last day");
        source.decide(
                new Decision("team-1", new Identity("Deployment", "web-0"), Outcome.REWRITTEN, List.of("docker-el7")));
        assertThat(page(pod).select("article").text()).doesNotContain("was decided");
    }

    @Test
    void namesakesInSeveralNamespacesAreAllShown() {
        add("shop", "db-0", UNREADY);
        add("stage", "db-0", READY);
        Document page = page("db-0");
        assertThat(page.select("h2").eachText()).contains("Pod shop/db-0", "Pod stage/db-0");
        assertThat(page.select("pre[aria-label=Command]").text())
                .isEqualTo("kubectl probe-guard why db-0 -n NAMESPACE");
    }

    /** Nobody is led to paste what a link says into a shell. */
    @ParameterizedTest
    @CsvSource({"none, none", "'x; reboot', POD", "$(reboot), POD"})
    void ofOthersNothingIsConcluded(String name, String inCommand) {
        Document page = page(name);
        assertThat(page.select("article")).isEmpty();
        assertThat(page.text()).contains("no pod of this name").contains("nothing says that exec is why");
        assertThat(page.select("pre").text()).isEqualTo("kubectl probe-guard why " + inCommand + " -n NAMESPACE");
    }

    @Test
    void thereIsAPageToAskOn() {
        assertThat(page("").select("form[action=pod] input[name=name]")).hasSize(1);
        assertThat(page("").select("pre")).isEmpty();
    }
}
