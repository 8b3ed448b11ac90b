package io.probeguard.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.probeguard.RealCluster;
import io.probeguard.text.SourceText;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many canaries on a healthy real node of a machine that has more to do than it can. */
class CanaryLoadE2E {
    private static final int CANARIES = 200;
    private static final int AT_A_TIME = 20;

    @Test
    void aHealthyNodeIsNeverCalledBroken(@TempDir Path folder) throws Exception {
        AtomicBoolean busy = new AtomicBoolean(true);
        try (RealCluster cluster = RealCluster.start(folder, "1.37.2")) {
            cluster.node("healthy", "containerd");
            for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
                Thread thread = new Thread(() -> {
                    while (busy.get()) {
                        Thread.onSpinWait();
                    }
                });
                thread.setDaemon(true);
                thread.start();
            }
            Config config = Config.fromKubeconfig(Files.readString(cluster.kubeconfig()));
            try (KubernetesClient client =
                    new KubernetesClientBuilder().withConfig(config).build()) {
                CanarySettings settings = new CanarySettings(
                        "docker.io/local/pause:1",
                        List.of("true"),
                        CanaryPatch.read(new SourceText(
                                "patch.yaml", "spec: {containers: [{name: \"*\", imagePullPolicy: Never}]}")),
                        Duration.ofMinutes(10));
                CanaryRun run =
                        new CanaryRun(new CanaryPods(client, "default"), settings, Duration.ofMinutes(4), false);
                ConcurrentLinkedQueue<CanaryResult> results = new ConcurrentLinkedQueue<>();
                run.ask(Collections.nCopies(CANARIES, "healthy"), AT_A_TIME, results::add);
                Map<CanaryVerdict, Long> verdicts = results.stream()
                        .map(CanaryResult::verdict)
                        .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
                System.out.println(CANARIES + " canaries on a healthy, busy node: " + verdicts);
                assertThat(results).hasSize(CANARIES);
                assertThat(verdicts.keySet()).noneMatch(CanaryVerdict::isBroken);
                run.removeAll();
                assertThat(run.awaitRemoval(Duration.ofMinutes(4), left -> {})).isEmpty();
            }
        } finally {
            busy.set(false);
        }
    }
}
