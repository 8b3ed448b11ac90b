package io.probeguard.chart;

import static org.assertj.core.api.Assertions.assertThat;

import io.probeguard.RealCluster;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * The chart in a namespace that enforces the Pod Security Standard "restricted", on a real API server 1.37.2. It refuses
 * pods that violate it, and warns about templates whose pods it would refuse.
 */
@Execution(ExecutionMode.CONCURRENT) // it waits for most of its time
class PodSecurityIT {
    private static final String VIOLATION = "would violate PodSecurity";

    @TempDir
    Path folder;

    @Test
    void everyPodIsAdmittedButThoseOfInspect() throws Exception {
        try (RealCluster cluster = RealCluster.start(folder, "1.37.2")) {
            cluster.ok("", "create", "namespace", "probe-guard");
            for (String mode : new String[] {"enforce", "warn"}) {
                cluster.ok(
                        "", "label", "namespace", "probe-guard", "pod-security.kubernetes.io/" + mode + "=restricted");
            }
            String account = "serviceaccount/default";
            cluster.kubectlUntil(
                    text -> text.contains(account), "-n", "probe-guard", "get", "serviceaccounts", "-o", "name");

            assertThat(apply(cluster, Map.of("postInstallCheck.enabled", true, "canary.enabled", true)))
                    .contains("deployment.apps/probe-guard created (server dry run)")
                    .contains("deployment.apps/probe-guard-webhooks created (server dry run)")
                    .contains("daemonset.apps/probe-guard-canary created (server dry run)")
                    .contains("job.batch/probe-guard-check created (server dry run)")
                    .contains("pod/probe-guard-test created (server dry run)")
                    .doesNotContain(VIOLATION);
            // As the page of nodes says of it, and so that the check above is known to be able to fail.
            assertThat(apply(cluster, Map.of("inspect.enabled", true))).containsOnlyOnce(VIOLATION);
        }
    }

    private static String apply(RealCluster cluster, Map<String, ?> values) throws Exception {
        return cluster.ok(Chart.render("1.37.2", values).text(), "apply", "--dry-run=server", "-f", "-")
                .text();
    }
}
