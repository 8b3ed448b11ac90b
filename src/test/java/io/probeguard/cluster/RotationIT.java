package io.probeguard.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.probeguard.ControlPlane;
import io.probeguard.Https;
import io.probeguard.chart.Installation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Three replicas that start at once, and certificates that live for seconds. */
@Execution(ExecutionMode.CONCURRENT) // it waits for most of its time
class RotationIT {
    private static final int ROTATIONS = 5;
    private static final String POD = """
            {"apiVersion": "v1", "kind": "Pod", "metadata": {"generateName": "load-"}, "spec": {"containers": [
              {"name": "app", "image": "x", "livenessProbe": {"exec": {"command": ["x"]}}}]}}""";

    @TempDir
    Path folder;

    /** With failurePolicy Fail, each call that fails is a pod that is refused. */
    @Test
    void noCallFailsWhileAuthorityAndCertificateChange() throws Exception {
        try (ControlPlane controlPlane = ControlPlane.start(folder)) {
            controlPlane.createNode("broken", "probe-guard.io/exec=broken");
            Map<String, Object> values = Map.of(
                    "webhooks.failurePolicy", "Fail",
                    "webhooks.timeoutSeconds", 10,
                    "certificates.self.caLifetime", "24s",
                    "certificates.self.lifetime", "8s");
            try (Installation installation = Installation.install(controlPlane, folder, values);
                    KubernetesClient client = client(controlPlane)) {
                for (int i = 0; i < 3; i++) {
                    installation.start();
                }
                await().atMost(Duration.ofSeconds(90))
                        .ignoreExceptions()
                        .untilAsserted(() -> assertThat(isReady(installation)).isTrue());
                await().atMost(Duration.ofSeconds(20)).ignoreExceptions().until(() -> create(client));

                Path log = controlPlane.log("kube-apiserver");
                long failuresBefore = failedCalls(log);
                Set<String> authorities = new HashSet<>();
                Set<String> certificates = new HashSet<>();
                List<String> refused = new ArrayList<>();
                int created = 0;
                long end = System.nanoTime() + Duration.ofMinutes(5).toNanos();
                while ((authorities.size() <= ROTATIONS || certificates.size() <= ROTATIONS)
                        && System.nanoTime() < end) {
                    try {
                        create(client);
                        created++;
                    } catch (KubernetesClientException e) {
                        refused.add(e.getMessage());
                    }
                    if (created % 20 == 0) {
                        var secret = client.secrets()
                                .inNamespace(Installation.NAMESPACE)
                                .withName("probe-guard-certs")
                                .get();
                        authorities.add(secret.getData().get("ca.crt"));
                        certificates.add(secret.getData().get("tls.crt"));
                    }
                }
                assertThat(refused).isEmpty();
                assertThat(failedCalls(log)).isEqualTo(failuresBefore);
                assertThat(authorities).hasSizeGreaterThan(ROTATIONS);
                assertThat(certificates).hasSizeGreaterThan(ROTATIONS);
                assertThat(created).isGreaterThan(500);
            }
        }
    }

    private static KubernetesClient client(ControlPlane controlPlane) {
        Config config = new ConfigBuilder(
                        Config.fromKubeconfig(controlPlane.kubeconfig().toFile()))
                .withRequestRetryBackoffLimit(0) // a retry would hide a failure
                .build();
        return new KubernetesClientBuilder().withConfig(config).build();
    }

    private static boolean isReady(Installation installation) throws Exception {
        for (Installation.Replica replica : installation.replicas()) {
            if (Https.status("https://127.0.0.1:" + replica.port() + "/readyz") != 200) {
                return false;
            }
        }
        return true;
    }

    /** A dry run asks the webhooks as well as any other. */
    private static boolean create(KubernetesClient client) {
        return client.raw("/api/v1/namespaces/default/pods?dryRun=All", "POST", POD) != null;
    }

    private static long failedCalls(Path log) throws Exception {
        try (var lines = Files.lines(log)) {
            return lines.filter(line -> line.contains("failed calling webhook")).count();
        }
    }
}
