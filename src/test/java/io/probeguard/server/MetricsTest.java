package io.probeguard.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.probeguard.Promtool;
import io.probeguard.admission.Admission.Webhook;
import io.probeguard.background.BackgroundReview.Pass;
import io.probeguard.catalogue.Catalogue;
import io.probeguard.node.Fleet;
import io.probeguard.node.NodeFacts;
import io.probeguard.node.Nodes;
import io.probeguard.policy.Guard;
import io.probeguard.policy.Mode;
import io.probeguard.policy.Policy;
import io.probeguard.probe.Workload;
import io.probeguard.probe.WorkloadKind;
import io.probeguard.probe.WorkloadMapper;
import io.probeguard.probe.WorkloadShape;
import io.probeguard.scan.Scan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

public class MetricsTest {
    private static final Fleet FLEET = Nodes.fleet(Nodes.broken("secret-node"));

    private final Metrics metrics = new Metrics();

    @AfterEach
    void close() {
        metrics.close();
    }

    private void review(Webhook webhook, Mode mode, boolean isDryRun, String annotations) {
        metrics.reviewed(
                webhook, "CREATE", isDryRun, Guard.review(pod(annotations), FLEET, Policy.DEFAULT.withMode(mode)));
    }

    private static Workload pod(String annotations) {
        String pod = "{\"metadata\": {\"name\": \"secret-pod\", \"annotations\": " + annotations
                + "}, \"spec\": {\"containers\": [{\"name\": \"secret-container\", \"image\": \"secret-image\","
                + " \"livenessProbe\": {\"exec\": {\"command\": [\"x\"]}}}]}}";
        WorkloadShape shape = WorkloadMapper.INSTANCE.readValue(pod, WorkloadShape.Pod.class);
        return Objects.requireNonNull(shape.toWorkload(WorkloadKind.POD, "secret-namespace"));
    }

    /** All that there is, as in a cluster with something to tell. */
    private String everything() {
        metrics.process("1.2.3");
        metrics.certificate(() -> Duration.ofDays(60), () -> true);
        metrics.nodes(() -> FLEET, () -> true);
        metrics.watching("nodes", () -> true, () -> Duration.ZERO);
        review(Webhook.VALIDATE, Mode.WARN, false, "{}");
        metrics.answered(Webhook.VALIDATE, Duration.ofMillis(1));
        Scan scan = new Scan(FLEET, Policy.DEFAULT, namespace -> null);
        scan.addTemplate(pod("{}"), "v1");
        Pass pass = new Pass(Instant.EPOCH, Duration.ofSeconds(1), scan.report(), 0, true);
        metrics.calls(() -> true);
        metrics.catalogue(Catalogue::builtIn, () -> true);
        metrics.reviewing(() -> true, () -> pass);
        metrics.affected(pass, () -> true);
        return metrics.text();
    }

    @Test
    void onlyTheLeaderReportsAffectedWorkloads() {
        AtomicBoolean isLeader = new AtomicBoolean(true);
        Scan scan = new Scan(FLEET, Policy.DEFAULT, namespace -> null);
        scan.addTemplate(pod("{}"), "v1");
        metrics.affected(new Pass(Instant.EPOCH, Duration.ZERO, scan.report(), 0, true), isLeader::get);
        String line = "probe_guard_affected_workloads{build=\"docker-el7-1.13.1-84\"} ";
        assertThat(metrics.text()).contains(line + "1.0");
        isLeader.set(false);
        assertThat(metrics.text()).contains(line + "0.0");
    }

    @Test
    void countsReviewsByTheirOutcome() {
        review(Webhook.VALIDATE, Mode.WARN, false, "{}");
        review(Webhook.VALIDATE, Mode.WARN, true, "{}");
        review(Webhook.VALIDATE, Mode.WARN, false, "{\"probe-guard.io/skip\": \"because\"}");
        assertThat(metrics.text())
                .contains(
                        "probe_guard_reviews_total{kind=\"Pod\",operation=\"create\",outcome=\"warn\",webhook=\"validate\"} 2.0")
                .contains("outcome=\"opted-out\",webhook=\"validate\"} 1.0");
    }

    @ParameterizedTest(name = "{0} {1}, dry run {2}")
    @CsvSource({
        "VALIDATE, WARN, false, {},                                  warned,  1",
        "VALIDATE, DENY, false, {},                                  denied,  1",
        "VALIDATE, DENY, false, {\"probe-guard.io/skip\": \"because\"}, skipped, 1",
        "VALIDATE, DENY, true,  {},                                  denied,  0",
        "MUTATE,   DENY, false, {},                                  denied,  0",
    })
    void countsADecisionOnce(
            Webhook webhook, Mode mode, boolean isDryRun, String annotations, String outcome, int count) {
        review(webhook, mode, isDryRun, annotations);
        assertThat(metrics.text()).contains("probe_guard_decisions_total{outcome=\"" + outcome + "\"} " + count + ".0");
    }

    @ParameterizedTest(name = "{0} {1}, dry run {2}")
    @CsvSource({
        "VALIDATE, WARN, false, warn, true",
        "VALIDATE, DENY, false, deny, true",
        "VALIDATE, DENY, true,  deny, false",
        "MUTATE,   DENY, false, deny, false",
    })
    void countsFindingsByBuild(Webhook webhook, Mode mode, boolean isDryRun, String action, boolean isCounted) {
        review(webhook, mode, isDryRun, "{}");
        assertThat(metrics.text()
                        .contains("probe_guard_findings_total{action=\"" + action
                                + "\",build=\"docker-el7-1.13.1-84\",handler=\"liveness\"} 1.0"))
                .isEqualTo(isCounted);
    }

    @Test
    void sortsDurationsIntoBuckets() {
        metrics.answered(Webhook.MUTATE, Duration.ofNanos(300_000));
        metrics.answered(Webhook.MUTATE, Duration.ofMillis(999));
        metrics.answered(Webhook.MUTATE, Duration.ofSeconds(3));
        String bucket = "probe_guard_review_duration_seconds_bucket{webhook=\"mutate\",le=";
        assertThat(metrics.text())
                .contains(bucket + "\"2.5E-4\"} 0")
                .contains(bucket + "\"5.0E-4\"} 1")
                .contains(bucket + "\"1.0\"} 2")
                .contains(bucket + "\"2.0\"} 2")
                .contains(bucket + "\"+Inf\"} 3")
                .contains("probe_guard_review_duration_seconds_count{webhook=\"validate\"} 0");
    }

    @Test
    void countsNodesByTheirWorstBuild() {
        NodeFacts byAdmin =
                Nodes.read("{kind: Node, apiVersion: v1, metadata: {name: a, labels: {probe-guard.io/exec: broken}}}");
        AtomicReference<Fleet> fleet = new AtomicReference<>(
                Nodes.fleet(Nodes.broken("b"), Nodes.broken("c"), Nodes.node("d", Nodes.EL7_DOCKER), byAdmin));
        AtomicBoolean isCurrent = new AtomicBoolean(true);
        metrics.nodes(fleet::get, isCurrent::get);
        String flagged = "probe_guard_flagged_nodes{build=";
        assertThat(metrics.text())
                .contains("probe_guard_nodes 4.0", "probe_guard_stale_nodes 0.0")
                .contains(flagged + "\"docker-el7-1.13.1-84\",source=\"packages\",strength=\"confirmed\"} 2.0")
                .contains(flagged + "\"docker-el7-1.13.1-84\",source=\"node-info\",strength=\"suspected\"} 1.0")
                .contains(flagged + "\"unnamed\",source=\"label\",strength=\"confirmed\"} 1.0");

        fleet.set(Nodes.fleet(Nodes.healthy("b")));
        isCurrent.set(false);
        assertThat(metrics.text())
                .contains("probe_guard_nodes 1.0", "probe_guard_stale_nodes 1.0")
                .doesNotContain(flagged);
    }

    @Test
    void countsWhatIsLogged() {
        metrics.process("1.2.3");
        assertThat(metrics.text()).contains("probe_guard_log_events_total{level=\"error\"} 0.0");
        LoggerFactory.getLogger(MetricsTest.class).error("said by a test");
        assertThat(metrics.text()).contains("probe_guard_log_events_total{level=\"error\"} 1.0");
    }

    @Test
    void noLabelHoldsANameThatUsersChoose() {
        assertThat(everything())
                .contains("probe_guard_build_info{version=\"1.2.3\"} 1")
                .doesNotContain("secret");
    }

    @Test
    void prometheusHasNothingToComplainAbout() throws Exception {
        assertThat(Promtool.complaints(everything(), "check", "metrics")).isEmpty();
    }

    /** What Micrometer tells of the JVM and the process is in the table by its prefix alone. */
    @Test
    void allAreDocumented() throws Exception {
        Set<String> there = everything()
                .lines()
                .filter(line -> line.startsWith("# TYPE "))
                .map(line -> line.split(" ", -1)[2])
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(there).anyMatch(name -> name.startsWith("jvm_"));
        there.removeIf(name -> name.matches("(jvm|process)_.*"));
        assertThat(there).isEqualTo(documented());
    }

    /** The names in the page's table. */
    public static Set<String> documented() throws IOException {
        return Pattern.compile("^\\| `(probe_guard_\\w+)` \\|", Pattern.MULTILINE)
                .matcher(Files.readString(Path.of("src/site/markdown/metrics-and-alerts.md")))
                .results()
                .map(row -> row.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void saysWhetherTheWatchIsConnected() {
        AtomicBoolean isConnected = new AtomicBoolean(true);
        metrics.watching(
                "nodes", isConnected::get, () -> isConnected.get() ? Duration.ZERO : Duration.ofMillis(90_500));
        metrics.certificate(() -> Duration.ofDays(1), () -> false);
        assertThat(metrics.text())
                .contains("probe_guard_watch_connected{resource=\"nodes\"} 1.0")
                .contains("probe_guard_watch_outdated_seconds{resource=\"nodes\"} 0.0")
                .contains("probe_guard_certificate_remaining_seconds 86400.0");
        isConnected.set(false);
        assertThat(metrics.text())
                .contains("probe_guard_watch_connected{resource=\"nodes\"} 0.0")
                .contains("probe_guard_watch_outdated_seconds{resource=\"nodes\"} 90.5");
    }
}
