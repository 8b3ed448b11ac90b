package io.probeguard.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.probeguard.admission.Admission.Webhook;
import io.probeguard.node.Fleet;
import io.probeguard.node.Nodes;
import io.probeguard.policy.Guard;
import io.probeguard.policy.Policy;
import io.probeguard.probe.WorkloadKind;
import io.probeguard.probe.WorkloadMapper;
import io.probeguard.probe.WorkloadShape;
import io.probeguard.report.BackgroundReview.Pass;
import io.probeguard.runtime.Catalogue;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class MetricsTest {
    private final Metrics metrics = new Metrics();

    private void review(String annotations) {
        String pod = "{\"metadata\": {\"name\": \"p\", \"annotations\": " + annotations
                + "}, \"spec\": {\"containers\": [{\"name\": \"c\", \"livenessProbe\": {\"exec\": {\"command\": [\"x\"]}}}]}}";
        WorkloadShape shape = WorkloadMapper.INSTANCE.readValue(pod, WorkloadShape.Pod.class);
        Fleet fleet = Fleet.assuming(
                List.of(Catalogue.builtIn().byId("docker-el7-1.13.1-84").orElseThrow()));
        metrics.reviewed(
                Webhook.VALIDATE,
                "CREATE",
                false,
                Guard.review(shape.toWorkload(WorkloadKind.POD, "shop"), fleet, Policy.DEFAULT));
    }

    @Test
    void countsReviewsByTheirOutcome() {
        review("{}");
        review("{}");
        review("{\"probe-guard.io/skip\": \"because\"}");
        assertThat(metrics.text())
                .contains(
                        "probe_guard_reviews_total{kind=\"Pod\",operation=\"create\",outcome=\"warn\",webhook=\"validate\"} 2.0")
                .contains("outcome=\"opted-out\",webhook=\"validate\"} 1.0");
    }

    /** Of who leads alone, so that the sum over all replicas is right. */
    @Test
    void countsAffectedWorkloadsByBuild() {
        Scan scan = new Scan(Nodes.fleet(Nodes.broken("bad")), Policy.DEFAULT, namespace -> null);
        scan.addTemplate(
                ScanTest.workload(
                        "Deployment",
                        "name: web, uid: u",
                        "containers: [{name: a, livenessProbe: {exec: {command: [x]}}}]"),
                "apps/v1");
        AtomicBoolean isLeader = new AtomicBoolean(true);
        metrics.affected(new Pass(Instant.EPOCH, Duration.ZERO, scan.report(), 0, true), isLeader::get);
        String line = "probe_guard_affected_workloads{build=\"docker-el7-1.13.1-84\"} ";
        assertThat(metrics.text()).contains(line + "1.0");
        isLeader.set(false);
        assertThat(metrics.text()).contains(line + "0.0");
    }

    @Test
    void saysOverHttpWhetherTheWatchIsConnected() throws Exception {
        AtomicBoolean isConnected = new AtomicBoolean(true);
        metrics.watching("nodes", isConnected::get);
        metrics.certificate(() -> 86400);
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        AutoCloseable server = metrics.serve(port);
        try {
            assertThat(get(port))
                    .contains("probe_guard_watch_connected{resource=\"nodes\"} 1.0")
                    .contains("probe_guard_certificate_remaining_seconds 86400.0");
            isConnected.set(false);
            assertThat(get(port)).contains("probe_guard_watch_connected{resource=\"nodes\"} 0.0");
        } finally {
            server.close();
        }
    }

    private static String get(int port) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
                                .build(),
                        BodyHandlers.ofString())
                .body();
    }
}
