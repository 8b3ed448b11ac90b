package io.probeguard.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.probeguard.ControlPlane;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who leads where there are no Leases, as before Kubernetes 1.14. BackgroundReviewIT has the rest. */
class LeadershipIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    @Test
    void withoutLeasesAConfigMapIsUsed() throws Exception {
        try (ControlPlane controlPlane = ControlPlane.start(
                        folder, "--runtime-config=coordination.k8s.io/v1=false,coordination.k8s.io/v1beta1=false");
                KubernetesClient client = new KubernetesClientBuilder()
                        .withConfig(
                                Config.fromKubeconfig(controlPlane.kubeconfig().toFile()))
                        .build();
                Leadership second = new Leadership(client, "default", "lock", Duration.ofSeconds(30))) {
            controlPlane.ok("", "create", "configmap", "lock"); // empty, as the chart makes it
            Leadership first = new Leadership(client, "default", "lock", Duration.ofSeconds(30));
            first.start();
            await().atMost(TIMEOUT).until(first::isHeld);
            second.start();
            await().during(Duration.ofSeconds(12)).atMost(TIMEOUT).until(() -> first.isHeld() && !second.isHeld());
            first.close();
            assertThat(first.isHeld()).isFalse();
            await().atMost(TIMEOUT).until(second::isHeld);
        }
    }
}
