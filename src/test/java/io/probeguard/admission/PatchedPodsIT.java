package io.probeguard.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.zjsonpatch.JsonPatch;
import io.probeguard.RealCluster;
import io.probeguard.admission.Admission.Webhook;
import io.probeguard.node.Fleet;
import io.probeguard.node.Nodes;
import io.probeguard.policy.Policy;
import io.probeguard.policy.PolicyFile;
import io.probeguard.text.SourceText;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/**
 * Generated pods as the mutating webhook changes them, as dry runs on real API servers: their own validation is what a
 * patched pod must pass. The system property {@code patched.pods} says how many.
 */
class PatchedPodsIT {
    private static final int PODS = Integer.getInteger("patched.pods", 60);
    private static final long SEED = 17;
    private static final Fleet FLEET = Nodes.fleet(Nodes.broken("b1"), Nodes.healthy("h1"));
    private static final List<Policy> POLICIES = List.of(
            policy("mode: rewrite"),
            policy("{mode: rewrite, steer: prefer}"),
            policy("{mode: rewrite, steer: require}"),
            policy(
                    "{mode: rewrite, floors: {liveness: {periodSeconds: 3600, timeoutSeconds: 3600, failureThreshold: 3600}}}"));

    @TempDir
    Path folder;

    private static Policy policy(String yaml) {
        return PolicyFile.read(new SourceText("policy.yaml", yaml));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.20.2", "1.37.2"})
    void areTakenByTheApiServer(String kubernetes) throws Exception {
        try (RealCluster cluster = RealCluster.startApiServer(folder, kubernetes);
                KubernetesClient client = new KubernetesClientBuilder()
                        .withConfig(Config.fromKubeconfig(cluster.kubeconfig().toFile()))
                        .build()) {
            RandomPods pods = new RandomPods(SEED);
            int patched = 0;
            for (int i = 0; i < PODS; i++) {
                JsonNode pod = Reviews.JSON.readTree(pods.next());
                for (Policy policy : POLICIES) {
                    JsonNode patch = Reviews.patch(
                            Reviews.answer(FLEET, policy, Webhook.MUTATE, Reviews.create("", "Pod", pod.toString())));
                    if (!patch.isMissingNode()) {
                        patched++;
                        create(client, JsonPatch.apply(patch, pod));
                    }
                }
            }
            assertThat(patched).isGreaterThan(PODS);
            System.out.printf("%s took %d patched pods%n", kubernetes, patched);
        }
    }

    private static void create(KubernetesClient client, JsonNode pod) {
        try {
            client.raw("/api/v1/namespaces/default/pods?dryRun=All", "POST", pod.toString());
        } catch (KubernetesClientException e) {
            throw new AssertionError("refused: " + pod, e);
        }
    }
}
