package io.probeguard.background;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.probeguard.ControlPlane;
import io.probeguard.background.BackgroundReview.Pass;
import io.probeguard.cluster.Inventory;
import io.probeguard.cluster.WorkloadResource;
import io.probeguard.node.Nodes;
import io.probeguard.policy.Policy;
import io.probeguard.scan.Scan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** What as many policy reports as there may be cost a real etcd. Takes some 10 minutes, as they are written slowly. */
@EnabledIfSystemProperty(named = "scale", matches = "true")
class PolicyReportsScaleTest {
    private static final int WORKLOADS = 10_000;
    private static final WorkloadResource CRON_JOBS = WorkloadResource.KINDS.stream()
            .flatMap(List::stream)
            .filter(templates -> templates.apiVersion().equals("batch/v1beta1"))
            .findFirst()
            .orElseThrow();

    @TempDir
    Path folder;

    @Test
    void tenThousandReports() throws Exception {
        try (ControlPlane controlPlane = ControlPlane.start(folder);
                KubernetesClient client = new KubernetesClientBuilder()
                        .withConfig(
                                Config.fromKubeconfig(controlPlane.kubeconfig().toFile()))
                        .build()) {
            controlPlane.ok(Files.readString(Path.of("src/test/resources/reports/crds.yaml")), "create", "-f", "-");
            IntStream.range(0, WORKLOADS)
                    .parallel()
                    .forEach(i -> client.raw("/apis/batch/v1beta1/namespaces/default/cronjobs", "POST", cronJob(i)));
            tell("before", controlPlane);
            Pass pass = pass(client);
            assertThat(pass.report().workloads()).hasSize(WORKLOADS);
            PolicyReports reports = new PolicyReports(client, ReportApi.WGPOLICYK8S_IO);
            Instant start = Instant.now();
            reports.publish(pass, () -> true);
            System.out.println("written in " + Duration.between(start, Instant.now()));
            tell("after", controlPlane);
            AtomicInteger writes = new AtomicInteger();
            reports.publish(pass(client), () -> writes.incrementAndGet() < 0);
            assertThat(writes).as("differences to what was written").hasValue(0);
            System.out.println("a report, in bytes: "
                    + client.raw("/apis/wgpolicyk8s.io/v1alpha2/namespaces/default/policyreports/"
                                    + "probe-guard-cronjob-workload-with-a-name-1")
                            .length());
        }
    }

    private static Pass pass(KubernetesClient client) {
        Instant start = Instant.now();
        Scan scan = new Scan(Nodes.fleet(Nodes.broken("a")), Policy.DEFAULT, namespace -> null);
        new Inventory(client).templates(CRON_JOBS, each -> scan.addTemplate(each, CRON_JOBS.apiVersion()), () -> {});
        Duration took = Duration.between(start, Instant.now());
        System.out.println("judged in " + took);
        return new Pass(start, took, scan.report(), 0, true);
    }

    /** Suspended, so that no controller writes anything. */
    private static String cronJob(int i) {
        return """
                {"apiVersion": "batch/v1beta1", "kind": "CronJob", "metadata": {"name": "workload-with-a-name-%d"},
                 "spec": {"schedule": "0 0 1 1 *", "suspend": true, "jobTemplate": {"spec": {"template": {"spec": {
                   "restartPolicy": "Never", "containers": [{"name": "app", "image": "x",
                     "livenessProbe": {"exec": {"command": ["x"]}}, "readinessProbe": {"exec": {"command": ["x"]}}}]}}}}}}
                """.formatted(i);
    }

    private static void tell(String when, ControlPlane controlPlane) throws Exception {
        Matcher size = Pattern.compile("(?m)^etcd_mvcc_db_total_size(_in_use)?_in_bytes (\\S+)$")
                .matcher(controlPlane.etcdMetrics());
        while (size.find()) {
            System.out.println(when + ": " + size.group());
        }
    }
}
