package io.probeguard.background;

import static org.assertj.core.api.Assertions.assertThat;

import io.probeguard.Golden;
import io.probeguard.background.PolicyReport.Subject;
import io.probeguard.node.Fleet;
import io.probeguard.node.NodeFacts;
import io.probeguard.node.Nodes;
import io.probeguard.policy.Mode;
import io.probeguard.policy.Policy;
import io.probeguard.scan.Scan;
import io.probeguard.scan.ScanReport;
import io.probeguard.scan.ScanReport.ApiObject;
import io.probeguard.scan.ScanReport.ScannedWorkload;
import io.probeguard.scan.ScanTest;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PolicyReportTest {
    private static final Golden GOLDEN = new Golden("reports/expected");
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final NodeFacts NOT_NAMED =
            Nodes.read("{kind: Node, metadata: {name: b, labels: {probe-guard.io/exec: broken}}}");

    @AfterAll
    static void noGoldenFileIsStale() {
        GOLDEN.checkNoneIsStale();
    }

    private static ScanReport scan(Fleet fleet, String... containers) {
        Scan scan = new Scan(fleet, Policy.DEFAULT.withMode(Mode.REWRITE), namespace -> null);
        for (int i = 0; i < containers.length; i++) {
            scan.addTemplate(
                    ScanTest.workload(
                            "Deployment", "name: web-" + i + ", uid: u-" + i, "containers: [" + containers[i] + "]"),
                    "apps/v1");
        }
        return scan.report();
    }

    private static PolicyReport report(ReportApi api, Instant now, NodeFacts... nodes) {
        List<ScannedWorkload> judged = scan(
                        Nodes.fleet(nodes),
                        "{name: app, livenessProbe: {exec: {command: [x]}}, readinessProbe: {httpGet: {port: 1}},"
                                + " lifecycle: {preStop: {exec: {command: [x]}}}}, {name: sidecar, readinessProbe: {exec: {command: [x]}}}")
                .workloads();
        return PolicyReport.of(
                api, new Subject("shop", Objects.requireNonNull(judged.get(0).object()), judged), now);
    }

    @ParameterizedTest
    @EnumSource
    void ofEachApi(ReportApi api) {
        GOLDEN.check(
                api + ".json",
                PolicyReports.JSON
                                .writerWithDefaultPrettyPrinter()
                                .writeValueAsString(report(api, NOON, Nodes.broken("a"), Nodes.healthy("h")))
                        + "\n");
    }

    @Test
    void ofANodeWithoutANamedBuild() {
        PolicyReport report = report(ReportApi.WGPOLICYK8S_IO, NOON, NOT_NAMED);
        assertThat(report.results()).allSatisfy(result -> {
            assertThat(result.policy()).isEqualTo("build-not-named");
            assertThat(result.severity()).isEqualTo("medium");
        });
    }

    /** It is written anew neither as time goes by nor as nodes come and go. */
    @Test
    void whatIsTheSame() {
        ReportApi api = ReportApi.WGPOLICYK8S_IO;
        PolicyReport report = report(api, NOON, Nodes.broken("a"), Nodes.healthy("h"));
        assertThat(report.hasSameContentAs(report(api, NOON.plusSeconds(600), Nodes.broken("a"))))
                .isTrue();
        assertThat(report.hasSameContentAs(report(api, NOON, NOT_NAMED))).isFalse();
        assertThat(report.hasSameContentAs(report(ReportApi.OPENREPORTS_IO, NOON, Nodes.broken("a"))))
                .isFalse();
        PolicyReport readBack =
                PolicyReports.JSON.readValue(PolicyReports.JSON.writeValueAsString(report), PolicyReport.class);
        assertThat(report.hasSameContentAs(readBack)).isTrue();
    }

    @Test
    void namesAreNeverTooLong() {
        assertThat(PolicyReport.name(new ApiObject("apps/v1", "Deployment", "web", "u")))
                .isEqualTo("probe-guard-deployment-web");
        String longest = "x".repeat(253);
        assertThat(PolicyReport.name(new ApiObject("apps/v1", "Deployment", longest, "u")))
                .hasSize(253)
                .isNotEqualTo(PolicyReport.name(new ApiObject("apps/v1", "StatefulSet", longest, "u")));
    }

    @Test
    void onlyWhatIsActedOnIsReported() {
        String exec = "{name: app, livenessProbe: {exec: {command: [x]}}}";
        String http = "{name: app, livenessProbe: {httpGet: {port: 1}}}";
        Map<String, Subject> wanted = PolicyReports.wanted(scan(Nodes.fleet(Nodes.broken("a")), exec, http));
        assertThat(wanted).containsOnlyKeys("shop/probe-guard-deployment-web-0");
        assertThat(PolicyReports.wanted(scan(Nodes.fleet(Nodes.node("s", Nodes.EL7_DOCKER)), exec)))
                .as("on suspicion")
                .isEmpty();
    }
}
