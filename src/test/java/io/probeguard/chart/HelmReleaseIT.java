package io.probeguard.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.probeguard.Https;
import io.probeguard.RealCluster;
import io.probeguard.chart.Installation.Replica;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.net.ssl.HttpsURLConnection;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The life of a release: Helm 4 packs the chart, installs the package, upgrades it twice, rolls it back and uninstalls it.
 * Real controllers begin each rollout by themselves; what their pods would run is run here, as {@link Installation} does.
 */
@Execution(ExecutionMode.CONCURRENT) // it waits for most of its time
class HelmReleaseIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final JsonMapper JSON = new JsonMapper();

    /** Without capacity, so that no pod of the chart is bound to it, where it would wait for a kubelet for ever. */
    private static final String NODE = """
            {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "broken", "labels": {"probe-guard.io/exec": "broken"}}}
            """;

    private static final String POD = """
            {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "asked", "namespace": "default"}, "spec": {
              "containers": [{"name": "app", "image": "x", "livenessProbe": {"exec": {"command": ["x"]}, "periodSeconds": 4}}]}}
            """;

    private static final String WARNED = "4";
    private static final String RELAXED = "30";

    @TempDir
    private Path folder;

    @SuppressWarnings("NullAway.Init") // by the test
    private RealCluster cluster;

    @ParameterizedTest
    @ValueSource(strings = {"1.20.2", "1.37.2"})
    @Execution(ExecutionMode.SAME_THREAD)
    void installUpgradeRollbackUninstall(String kubernetes) throws Exception {
        try (RealCluster started = RealCluster.start(folder, kubernetes)) {
            cluster = started;
            cluster.ok(NODE, "create", "-f", "-");
            Set<String> before = cluster.objects();
            cluster.helm("package", Chart.PATH.toString(), "--destination=" + folder);
            String chart = folder.resolve("probe-guard-0.1.0.tgz").toString();
            try (Installation installation = Installation.install(
                    cluster,
                    folder,
                    port -> helm("install", chart, "--create-namespace", "--set=service.port=" + port))) {
                Replica first = replica(installation);
                awaitPeriod(WARNED);
                Map<String, JsonNode> installed = release();
                assertDriftDetectionFindsNothing();

                helm("upgrade", chart, "--reuse-values", "--set=policy.mode=rewrite");
                awaitRollout(2, "probe-guard", "probe-guard-webhooks");
                replace(installation, first);
                awaitPeriod(RELAXED);

                token("one");
                helm(
                        "upgrade",
                        chart,
                        "--reuse-values",
                        "--set=callers.token=true",
                        "--set=callers.secretName=callers");
                awaitRollout(3, "probe-guard");
                Replica asking = replace(installation, installation.replicas().get(0));
                assertThat(status(asking, "one")).isNotEqualTo(401);
                assertThat(status(asking, "two")).isEqualTo(401);
                token("two");
                installation.mount();
                await().atMost(TIMEOUT).until(() -> status(asking, "two") != 401 && status(asking, "one") == 401);
                assertThat(revision("probe-guard")).as("no rollout for a token").isEqualTo(3);

                cluster.helm("rollback", "probe-guard", "1", "--namespace=probe-guard");
                awaitRollout(4, "probe-guard");
                awaitRollout(3, "probe-guard-webhooks"); // of which callers change nothing
                assertThat(release()).isEqualTo(installed);
            }
            cluster.helm("uninstall", "probe-guard", "--namespace=probe-guard");
            await().atMost(TIMEOUT).untilAsserted(() -> {
                Set<String> left = cluster.objects();
                left.removeAll(before);
                assertThat(left)
                        .contains("Secret probe-guard/callers")
                        .allMatch(object -> object.matches("Namespace /probe-guard|Secret probe-guard/callers"
                                + "|ServiceAccount probe-guard/default|Secret probe-guard/default-token-.*"
                                + "|ConfigMap probe-guard/kube-root-ca.crt"));
            });
        }
    }

    /** What is written in the cluster, as the caBundle, is nothing that the chart renders otherwise. */
    private void assertDriftDetectionFindsNothing() throws Exception {
        String webhooks = Arrays.stream(cluster.helm("get", "manifest", "probe-guard", "--namespace=probe-guard")
                        .split("(?m)^---$"))
                .filter(document -> document.contains("WebhookConfiguration"))
                .collect(Collectors.joining("---"));
        assertThat(webhooks).contains("kind: MutatingWebhookConfiguration", "kind: ValidatingWebhookConfiguration");
        assertThat(cluster.ok(webhooks, "get", "-f", "-", "-o", "jsonpath={..caBundle}")
                        .text())
                .isNotEmpty();
        cluster.assertAppliedServerSide(webhooks);
    }

    private void helm(String command, String chart, String... flags) throws Exception {
        String[] words = new String[flags.length + 4];
        words[0] = command;
        words[1] = "probe-guard";
        words[2] = chart;
        words[3] = "--namespace=probe-guard";
        System.arraycopy(flags, 0, words, 4, flags.length);
        assertThat(cluster.helm(words)).contains("STATUS: deployed");
    }

    /** The Secret with which callers are compared, which is the admin's. */
    private void token(String token) throws Exception {
        cluster.ok(
                "{\"apiVersion\": \"v1\", \"kind\": \"Secret\", \"metadata\": {\"name\": \"callers\"},"
                        + " \"stringData\": {\"token\": \"" + token + "\"}}",
                "-n",
                "probe-guard",
                "apply",
                "-f",
                "-");
    }

    private static Replica replica(Installation installation) throws Exception {
        Replica replica = installation.start("--drain=0s");
        await().atMost(TIMEOUT)
                .ignoreExceptions()
                .until(() -> Https.status("https://127.0.0.1:" + replica.port() + "/readyz") == 200);
        return replica;
    }

    /** What a rollout does with a pod. */
    private static Replica replace(Installation installation, Replica old) throws Exception {
        installation.readArguments();
        Replica replica = replica(installation);
        installation.leaveOut(old);
        assertThat(old.stop()).isEqualTo(143);
        return replica;
    }

    /** Whether the controllers have begun to replace pods, which nobody asked for but the changed template. */
    private void awaitRollout(int revision, String... deployments) {
        await().atMost(TIMEOUT).untilAsserted(() -> {
            for (String deployment : deployments) {
                assertThat(revision(deployment)).as(deployment).isEqualTo(revision);
            }
        });
    }

    private int revision(String deployment) throws Exception {
        return Integer.parseInt(cluster.ok(
                        "",
                        "-n",
                        "probe-guard",
                        "get",
                        "deployment",
                        deployment,
                        "-o",
                        "jsonpath={.metadata.annotations.deployment\\.kubernetes\\.io/revision}")
                .text());
    }

    /** Creates pods, as a dry run, until one is warned about and has this period. */
    private void awaitPeriod(String expected) {
        await().atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(cluster.ok(
                                        POD,
                                        "create",
                                        "--dry-run=server",
                                        "-f",
                                        "-",
                                        "-o",
                                        "jsonpath={.spec.containers[0].livenessProbe.periodSeconds}")
                                .text())
                        .contains("Warning: app: exec (liveness) is broken")
                        .endsWith(expected));
    }

    /** The status of a review without an object, which is 401 for those who may not ask. */
    private static int status(Replica replica, String token) throws Exception {
        HttpsURLConnection review = Https.get("https://127.0.0.1:" + replica.port() + "/validate");
        review.setRequestMethod("POST");
        review.setDoOutput(true);
        review.setRequestProperty("Authorization", "Bearer " + token);
        review.setRequestProperty("Content-Type", "application/json");
        review.getOutputStream().write("{}".getBytes(StandardCharsets.UTF_8));
        return review.getResponseCode();
    }

    /**
     * The objects of the release as the API server has them, by kind and name, without what differs by time and without
     * what programs write as they run: their locks and decisions.
     */
    private Map<String, JsonNode> release() throws Exception {
        String manifest = cluster.helm("get", "manifest", "probe-guard", "--namespace=probe-guard");
        Map<String, JsonNode> objects = new TreeMap<>();
        for (JsonNode object : JSON.readTree(
                        cluster.ok(manifest, "get", "-f", "-", "-o", "json").text())
                .path("items")) {
            String name = object.path("kind").asString() + " "
                    + object.at("/metadata/name").asString();
            ObjectNode metadata = (ObjectNode) object.path("metadata");
            metadata.remove(List.of("managedFields", "resourceVersion", "generation"));
            if (metadata.path("annotations") instanceof ObjectNode annotations) {
                annotations.remove("deployment.kubernetes.io/revision");
            }
            ((ObjectNode) object).remove("status");
            if (name.startsWith("Lease ")) {
                ((ObjectNode) object).remove("spec");
            } else if (name.endsWith("-decisions")) {
                ((ObjectNode) object).remove("data");
            }
            objects.put(name, object);
        }
        assertThat(objects).hasSizeGreaterThan(10);
        return objects;
    }
}
