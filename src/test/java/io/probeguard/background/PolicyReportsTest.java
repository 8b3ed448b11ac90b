package io.probeguard.background;

import static org.assertj.core.api.Assertions.assertThat;

import io.probeguard.FakeApiServer;
import io.probeguard.FakeApiServer.Answer;
import io.probeguard.background.BackgroundReview.Pass;
import io.probeguard.node.Fleet;
import io.probeguard.node.Nodes;
import io.probeguard.policy.Policy;
import io.probeguard.scan.Scan;
import io.probeguard.scan.ScanReport;
import io.probeguard.scan.ScanTest;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import tools.jackson.databind.node.ObjectNode;

/** What becomes of the reports that an API server has. */
@ExtendWith(OutputCaptureExtension.class)
class PolicyReportsTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final Fleet FLEET = Nodes.fleet(Nodes.broken("bad"));
    private static final Fleet NOT_NAMED =
            Nodes.fleet(Nodes.read("{kind: Node, metadata: {name: bad, labels: {probe-guard.io/exec: broken}}}"));
    private static final String EXEC = "containers: [{name: app, livenessProbe: {exec: {command: [x]}}}]";
    private static final String FOLDER = "/apis/wgpolicyk8s.io/v1alpha2/namespaces/shop/policyreports/";
    private static final String WEB = FOLDER + "probe-guard-deployment-web";
    private static final String API = FOLDER + "probe-guard-deployment-api";

    private final FakeObjects objects = new FakeObjects();
    private final FakeApiServer server = new FakeApiServer(objects);
    private final PolicyReports reports = new PolicyReports(server.client(), ReportApi.WGPOLICYK8S_IO);

    @AfterEach
    void stop() {
        server.close();
    }

    private static Pass pass(ScanReport report, boolean isComplete) {
        return new Pass(NOON, Duration.ZERO, report, 0, isComplete);
    }

    /** Of Deployments without pods. */
    private static ScanReport scan(Fleet fleet, String... names) {
        Scan scan = new Scan(fleet, Policy.DEFAULT, namespace -> null);
        add(scan, names);
        return scan.report();
    }

    private static void add(Scan scan, String... names) {
        for (String name : names) {
            scan.addTemplate(ScanTest.workload("Deployment", "name: " + name + ", uid: u-" + name, EXEC), "apps/v1");
        }
    }

    private void publish(ScanReport report) {
        reports.publish(pass(report, true), () -> true);
    }

    /** Puts a report there that has our label. */
    private void put(String path, String more) {
        objects.put(path, """
                {"metadata": {"namespace": "shop", "name": "%s", "labels": {"app.kubernetes.io/managed-by": "probe-guard"}}%s}""".formatted(path.replaceFirst(".*/", ""), more));
    }

    private String policyOf(String path) {
        return objects.get(path).at("/results/0/policy").asString();
    }

    @Test
    void onlyDifferencesAreWritten() {
        publish(scan(FLEET, "web"));
        assertThat(objects.methods()).containsExactly("GET", "POST");
        assertThat(policyOf(WEB)).isEqualTo("docker-el7-1.13.1-84");
        publish(scan(FLEET, "web", "api"));
        assertThat(objects.methods()).containsExactly("GET", "POST");
        publish(scan(NOT_NAMED, "web", "api"));
        assertThat(objects.methods()).containsExactly("GET", "PUT", "PUT");
        assertThat(policyOf(WEB)).isEqualTo("build-not-named");
        publish(scan(NOT_NAMED, "web", "api"));
        assertThat(objects.methods()).containsExactly("GET");
        publish(scan(NOT_NAMED, "api"));
        assertThat(objects.paths()).containsExactly(API);
    }

    @Test
    void anIncompletePassDeletesNothing() {
        publish(scan(FLEET, "web"));
        reports.publish(pass(scan(FLEET, "api"), false), () -> true);
        assertThat(objects.paths()).containsExactly(API, WEB);
    }

    @Test
    void onceItMayNotGoOnNothingIsWritten() {
        reports.publish(pass(scan(FLEET, "web"), true), () -> false);
        assertThat(objects.paths()).isEmpty();
    }

    /** As a cluster's own mutating policies, or a garbage collector, do. */
    @Test
    void whatOthersAddIsNoDifferenceAndIsKept() {
        publish(scan(FLEET, "web"));
        ObjectNode report = objects.get(WEB);
        report.withObject("/metadata/labels").put("team", "a");
        report.withObject("/metadata/annotations").put("note", "b");
        ((ObjectNode) report.at("/metadata/ownerReferences/0")).put("blockOwnerDeletion", false);
        objects.methods();
        publish(scan(FLEET, "web"));
        assertThat(objects.methods()).containsExactly("GET");
        publish(scan(NOT_NAMED, "web"));
        assertThat(policyOf(WEB)).isEqualTo("build-not-named");
        assertThat(objects.get(WEB).at("/metadata/labels").toString())
                .isEqualTo("{\"app.kubernetes.io/managed-by\":\"probe-guard\",\"team\":\"a\"}");
        assertThat(objects.get(WEB).at("/metadata/annotations/note").asString()).isEqualTo("b");
    }

    /** Anybody who may make reports may make these. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ", \"results\": [{\"result\": \"pass\"}]",
                ", \"results\": [null]",
                ", \"results\": {}",
                ", \"summary\": {\"fail\": 1}",
                ", \"scope\": \"all\""
            })
    void anOddReportStopsNoOther(String odd) {
        put(FOLDER + "odd", odd);
        put(WEB, odd);
        publish(scan(FLEET, "web", "api"));
        assertThat(objects.paths()).containsExactly(API, WEB);
        assertThat(policyOf(WEB)).isEqualTo("docker-el7-1.13.1-84");
        assertThat(policyOf(API)).isEqualTo("docker-el7-1.13.1-84");
    }

    /** Those of before count too, as long as no pass knows that there is no reason for them. */
    @Test
    void thereIsAMost(CapturedOutput output) {
        for (int i = 1; i < PolicyReports.MAX_REPORTS; i++) {
            put(FOLDER + "old-" + i, "");
        }
        Scan scan = new Scan(FLEET, Policy.DEFAULT, namespace -> null);
        scan.add(ScanTest.workload("Pod", "name: worst, uid: p", "nodeName: bad, " + EXEC));
        add(scan, "api", "web");
        reports.publish(pass(scan.report(), false), () -> true);
        assertThat(objects.paths())
                .hasSize(PolicyReports.MAX_REPORTS)
                .contains(FOLDER + "probe-guard-pod-worst")
                .doesNotContain(API, WEB);
        String complaint = "2 workloads get no policy report, the maximum is 10000";
        assertThat(output).contains(complaint);
        reports.publish(pass(scan.report(), true), () -> false);
        assertThat(output).as("what a complete pass deletes makes room").containsOnlyOnce(complaint);
    }

    /** It goes with its owner, whenever the garbage collector comes to it. */
    @Test
    void whatWentByItselfNeedsNoDeleting(CapturedOutput output) {
        put(FOLDER + "old-1", "");
        put(FOLDER + "old-2", "");
        reports.publish(pass(scan(FLEET, "web"), true), () -> {
            objects.remove(FOLDER + "old-1");
            return true;
        });
        assertThat(objects.methods()).containsExactly("GET", "DELETE", "DELETE", "POST");
        assertThat(objects.paths()).containsExactly(WEB);
        assertThat(output).doesNotContain("WARN");
    }

    @Test
    void whatIsRejectedIsLoggedAndTheRestWritten(CapturedOutput output) {
        objects.put(API, "{\"metadata\": {\"name\": \"not-ours\"}}");
        publish(scan(FLEET, "api", "web"));
        assertThat(objects.paths()).containsExactly(API, WEB);
        assertThat(objects.get(API).has("results")).isFalse();
        assertThat(output).contains("1 policy report could not be written, retrying: ");
    }

    @Test
    void aListThatExpiresIsReadOn(CapturedOutput output) {
        for (int i = 0; i < 250; i++) {
            put(FOLDER + "old-" + i, "");
        }
        put(WEB, "");
        objects.letPagesExpire();
        reports.publish(pass(scan(FLEET, "web"), false), () -> true);
        assertThat(objects.methods()).containsExactly("GET", "GET", "GET", "PUT");
        assertThat(policyOf(WEB)).isEqualTo("docker-el7-1.13.1-84");
        assertThat(output).doesNotContain("WARN");
    }

    @Test
    void withoutSuchReportsItSaysSoOnce(CapturedOutput output) {
        try (FakeApiServer knowsNone = new FakeApiServer(request -> Answer.failed(404))) {
            PolicyReports lost = new PolicyReports(knowsNone.client(), ReportApi.OPENREPORTS_IO);
            lost.publish(pass(scan(FLEET, "web"), true), () -> true);
            lost.publish(pass(scan(FLEET, "web"), true), () -> true);
        }
        assertThat(output).containsOnlyOnce("the API server does not serve Report of openreports.io/v1alpha1");
    }
}
