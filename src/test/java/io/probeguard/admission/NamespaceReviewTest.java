package io.probeguard.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.probeguard.admission.Admission.Webhook;
import io.probeguard.node.ClusterState;
import io.probeguard.node.Fleet;
import io.probeguard.node.Nodes;
import io.probeguard.policy.Policy;
import io.probeguard.policy.PolicyFile;
import io.probeguard.probe.Workload;
import io.probeguard.probe.WorkloadKind;
import io.probeguard.probe.WorkloadMapper;
import io.probeguard.probe.WorkloadShape;
import io.probeguard.text.SourceText;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What the mode labels of namespaces do, and warnings on labels and bindings, with a made-up cluster. */
class NamespaceReviewTest {
    private static final String SPEC = """
            {"nodeName": "h1", "restartPolicy": "Always", "containers": [{"name": "app", "livenessProbe": {"exec": {"command": ["x"]}}}]}""";

    /** A cluster of one broken node and the pods that a test puts there. */
    private static final class Cluster implements ClusterState {
        private final Fleet fleet = Nodes.fleet(Nodes.broken("b1"));
        private final Map<String, String> labels;
        private final List<Workload> pods = new ArrayList<>();
        private boolean complete = true;

        /** How long the last question may take. */
        private Duration budget = Duration.ZERO;

        /** How often pods were asked for. */
        private final AtomicInteger asked = new AtomicInteger();

        /** Until when they do not come. */
        private CountDownLatch answers = new CountDownLatch(0);

        Cluster(Map<String, String> labels) {
            this.labels = labels;
        }

        @Override
        public Fleet fleet() {
            return fleet;
        }

        @Override
        public @Nullable String modeLabel(String namespace) {
            return labels.get(namespace);
        }

        @Override
        public Listing pods(String namespace, int most, Duration budget) {
            this.budget = budget;
            come();
            return new Listing(pods, complete);
        }

        @Override
        public @Nullable Workload pod(String namespace, String name, Duration budget) {
            come();
            return pods.stream()
                    .filter(pod -> pod.name().equals(name))
                    .findFirst()
                    .orElse(null);
        }

        private void come() {
            asked.incrementAndGet();
            try {
                answers.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        Cluster with(String pod, @Nullable String ownerKind, String ownerName) {
            return with(pod, ownerKind, ownerName, SPEC);
        }

        Cluster with(String pod, @Nullable String ownerKind, String ownerName, String spec) {
            String owners = ownerKind == null
                    ? "[]"
                    : "[{\"controller\": true, \"kind\": \"" + ownerKind + "\", \"name\": \"" + ownerName + "\"}]";
            String json = "{\"metadata\": {\"name\": \"" + pod + "\", \"ownerReferences\": " + owners + "}, \"spec\": "
                    + spec + "}";
            WorkloadShape shape = WorkloadMapper.INSTANCE.readValue(json, WorkloadShape.Pod.class);
            pods.add(shape.toWorkload(WorkloadKind.POD, "shop"));
            return this;
        }
    }

    private static Policy policy(String yaml) {
        return PolicyFile.read(new SourceText("policy.yaml", yaml));
    }

    private static JsonNode answer(ClusterState cluster, Policy policy, String review) throws Exception {
        Admission admission = new Admission(cluster, policy, Observer.NONE);
        return Reviews.JSON.readTree(admission.answer(
                Webhook.VALIDATE, review.getBytes(StandardCharsets.UTF_8), System.nanoTime() + 60_000_000_000L));
    }

    private static String namespace(@Nullable String label) {
        return "{\"kind\": \"Namespace\", \"metadata\": {\"name\": \"shop\", \"labels\": "
                + (label == null ? "null" : "{\"probe-guard.io/mode\": \"" + label + "\"}") + "}}";
    }

    private static List<String> warnings(
            ClusterState cluster, Policy policy, String operation, @Nullable String label, @Nullable String before)
            throws Exception {
        String review = Reviews.review(
                        "admission.k8s.io/v1", "", "Namespace", operation, namespace(label), namespace(before))
                .replace("\"namespace\"", "\"name\": \"shop\", \"namespace\"");
        JsonNode answer = answer(cluster, policy, review);
        assertThat(answer.at("/response/allowed").asBoolean()).isTrue();
        List<String> warnings = new ArrayList<>();
        answer.at("/response/warnings").forEach(warning -> warnings.add(warning.asString()));
        return warnings;
    }

    @ParameterizedTest
    @CsvSource({
        "any,     warn,    ,        true,  false",
        "any,     warn,    deny,    false, false",
        "any,     deny,    warn,    true,  true",
        "any,     deny,    off,     true,  false",
        "any,     deny,    nonsense,false, false",
        "tighten, warn,    deny,    false, false",
        "tighten, deny,    warn,    false, false",
        "tighten, deny,    off,     false, false",
    })
    void aPodIsJudgedInTheModeOfItsNamespace(
            String labels, String byPolicy, @Nullable String label, boolean allowed, boolean warned) throws Exception {
        Cluster cluster = new Cluster(label == null ? Map.of() : Map.of("shop", label));
        String pod = "{\"kind\": \"Pod\", \"metadata\": {\"name\": \"p\"}, \"spec\": "
                + SPEC.replace("\"nodeName\": \"h1\", ", "") + "}";
        JsonNode answer = answer(
                cluster, policy("mode: " + byPolicy + "\nnamespaceLabels: " + labels), Reviews.create("", "Pod", pod));
        assertThat(answer.at("/response/allowed").asBoolean()).isEqualTo(allowed);
        if (warned) {
            assertThat(answer.at("/response/warnings").size()).isPositive();
        }
    }

    @Test
    void warnsAboutALabelThatIsNotAMode() throws Exception {
        Cluster cluster = new Cluster(Map.of());
        String warning = "label probe-guard.io/mode: \"enforce\" is not a mode (off, warn, rewrite, deny),"
                + " mode warn applies";
        assertThat(warnings(cluster, Policy.DEFAULT, "CREATE", "enforce", null)).containsExactly(warning);
        assertThat(warnings(cluster, Policy.DEFAULT, "UPDATE", "enforce", "warn"))
                .containsExactly(warning);
        assertThat(warnings(cluster, Policy.DEFAULT, "UPDATE", "enforce", "enforce"))
                .isEmpty();
    }

    @Test
    void warnsAboutALabelThatMayNotRelaxThePolicy() throws Exception {
        Policy tighten = policy("mode: rewrite\nnamespaceLabels: tighten");
        assertThat(warnings(new Cluster(Map.of()), tighten, "UPDATE", "off", null))
                .containsExactly("label probe-guard.io/mode: the policy lets namespaces only tighten the mode,"
                        + " mode rewrite applies");
        assertThat(warnings(new Cluster(Map.of()), tighten, "UPDATE", "deny", null))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"off, false", "warn, false", "rewrite, true", "deny, true"})
    void warnsThatItsOwnNamespaceIsLeftAlone(String label, boolean warned) throws Exception {
        Policy own = policy("mode: rewrite").inOwnNamespace("shop");
        assertThat(warnings(new Cluster(Map.of()), own, "UPDATE", label, null))
                .isEqualTo(
                        warned
                                ? List.of(
                                        "label probe-guard.io/mode: nothing in namespace shop is rewritten or refused,"
                                                + " mode warn applies")
                                : List.of());
    }

    @Test
    void warnsAboutRunningPodsByTheirOwners() throws Exception {
        Cluster cluster = new Cluster(Map.of())
                .with("web-6f9-abc", "ReplicaSet", "web-6f9")
                .with("web-6f9-def", "ReplicaSet", "web-6f9")
                .with("db-0", "StatefulSet", "db")
                .with("alone", null, "");
        assertThat(warnings(cluster, Policy.DEFAULT, "UPDATE", "deny", null))
                .containsExactly("mode deny: 4 of 4 pods would be denied when recreated:"
                        + " Deployment web (2), StatefulSet db (1), no controller (1)");
        cluster.complete = false;
        cluster.with("node-1", "DaemonSet", "agent");
        assertThat(warnings(cluster, Policy.DEFAULT, "UPDATE", "rewrite", "warn"))
                .containsExactly(
                        "mode rewrite: 5 of 5 pods would be relaxed when recreated:"
                                + " DaemonSet agent (1), Deployment web (2), StatefulSet db (1) and 1 more",
                        "mode rewrite: only the first 5 pods were checked");
        assertThat(warnings(cluster, Policy.DEFAULT, "UPDATE", "warn", null)).isEmpty();
        assertThat(warnings(cluster, Policy.DEFAULT, "CREATE", "deny", null)).isEmpty();
    }

    /** One of the others has no exec probe, and a hook is neither relaxed nor refused. */
    @ParameterizedTest
    @ValueSource(strings = {"deny", "rewrite"})
    void countsOnlyPodsThatTheModeChanges(String mode) throws Exception {
        Cluster cluster = new Cluster(Map.of())
                .with("web-6f9-abc", "ReplicaSet", "web-6f9")
                .with(
                        "http-0",
                        "StatefulSet",
                        "http",
                        SPEC.replace("\"exec\": {\"command\": [\"x\"]}", "\"httpGet\": {}"))
                .with("hook-0", "StatefulSet", "hook", """
                        {"restartPolicy": "Always", "containers": [{"name": "app", "lifecycle": {"preStop": {"exec": {"command": ["x"]}}}}]}""");
        assertThat(warnings(cluster, Policy.DEFAULT, "UPDATE", mode, null))
                .singleElement()
                .asString()
                .startsWith("mode " + mode + ": 1 of 3 pods would be ")
                .endsWith(" when recreated: Deployment web (1)");
    }

    @ParameterizedTest(name = "{0} ms left: at most {1} ms")
    @CsvSource({"60000, 1000", "1900, 950"})
    void theApiServerIsGivenHalfOfTheTimeThatIsLeft(long left, long atMost) throws Exception {
        Cluster cluster = new Cluster(Map.of());
        new Admission(cluster, Policy.DEFAULT, Observer.NONE)
                .answer(
                        Webhook.VALIDATE,
                        labelled("deny").getBytes(StandardCharsets.UTF_8),
                        System.nanoTime() + Duration.ofMillis(left).toNanos());
        assertThat(cluster.asked).hasValue(1);
        assertThat(cluster.budget).isBetween(Duration.ZERO, Duration.ofMillis(atMost));
        assertThat(left < 60_000 || cluster.budget.equals(Duration.ofSeconds(1)))
                .as("never more than a second, and all of that where there is more time")
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({"b1, p, exec (liveness) always fails", "b1, gone, pod-unknown", "h1, p, ''"})
    void aBindingToAFlaggedNodeIsAllowedWithAWarning(String node, String pod, String warning) throws Exception {
        Cluster cluster = new Cluster(Map.of()).with("p", null, "");
        JsonNode answer = answer(cluster, policy("mode: deny"), binding(node, pod));
        assertThat(answer.at("/response/allowed").asBoolean()).isTrue();
        assertThat(answer.path("response").toString()).contains(warning);
        assertThat(answer.at("/response").has("auditAnnotations")).isEqualTo(!warning.isEmpty());
    }

    /** Which the API server would cut. */
    @Test
    void noWarningIsLongerThanTheApiServerTakes() throws Exception {
        Cluster cluster = new Cluster(Map.of());
        for (int i = 0; i < 3; i++) {
            cluster.with("p" + i, "StatefulSet", "x".repeat(250) + i);
        }
        assertThat(warnings(cluster, Policy.DEFAULT, "UPDATE", "deny", null))
                .singleElement()
                .satisfies(warning -> assertThat(warning)
                        .startsWith("mode deny: 3 of 3 pods would be denied when recreated: StatefulSet xxx")
                        .hasSize(256));
        assertThat(warnings(cluster, Policy.DEFAULT, "UPDATE", "x".repeat(5000), null))
                .singleElement()
                .satisfies(warning -> assertThat(warning).hasSize(256));
    }

    private static String binding(String node, String pod) {
        String binding = "{\"kind\": \"Binding\", \"metadata\": {\"name\": \"" + pod
                + "\"}, \"target\": {\"kind\": \"Node\", \"name\": \"" + node + "\"}}";
        return Reviews.create("", "Binding", binding)
                .replace("\"namespace\"", "\"name\": \"" + pod + "\", \"subResource\": \"binding\", \"namespace\"");
    }

    private static String labelled(String mode) {
        return Reviews.review("admission.k8s.io/v1", "", "Namespace", "UPDATE", namespace(mode), namespace(null))
                .replace("\"namespace\"", "\"name\": \"shop\", \"namespace\"");
    }

    /** Whoever reaches the port can send a made-up review, and has no right to list pods. */
    @ParameterizedTest
    @ValueSource(strings = {"deny", "rewrite", "binding"})
    void whoIsNotAuthenticatedIsToldNothingOfPods(String mode) throws Exception {
        Cluster cluster = new Cluster(Map.of()).with("secret-pod", "StatefulSet", "secret-owner");
        String review = mode.equals("binding") ? binding("b1", "secret-pod") : labelled(mode);
        Admission admission = new Admission(cluster, policy("mode: deny"), Observer.NONE);
        String known = text(admission, review);
        String unknown = text(admission.forAnybody(), review);
        assertThat(known).containsAnyOf("secret-owner", "app: exec (liveness)");
        assertThat(unknown)
                .contains("\"allowed\":true", "callers that are authenticated")
                .doesNotContain("secret-owner", "of 1 pods", "exec (liveness)");
        assertThat(cluster.asked).hasValue(1);
    }

    private static String text(Admission admission, String review) throws Exception {
        return new String(
                admission.answer(
                        Webhook.VALIDATE, review.getBytes(StandardCharsets.UTF_8), System.nanoTime() + 60_000_000_000L),
                StandardCharsets.UTF_8);
    }

    /** Each waits for the API server; the others are answered at once, as if it had not answered in time. */
    @Test
    @Timeout(60)
    void onlyAFewRequestsWaitForTheApiServer() throws Exception {
        Cluster cluster = new Cluster(Map.of()).with("p", "StatefulSet", "db");
        cluster.answers = new CountDownLatch(1);
        Admission admission = new Admission(cluster, Policy.DEFAULT, Observer.NONE);
        ExecutorService callers = Executors.newFixedThreadPool(32);
        try {
            List<Future<String>> waiting = new ArrayList<>();
            for (int i = 0; i < PodQueries.MAX_WAITING; i++) {
                waiting.add(callers.submit(() -> text(admission, labelled("deny"))));
            }
            await().until(() -> cluster.asked.get() == PodQueries.MAX_WAITING);
            for (int i = 0; i < 24; i++) {
                String review = i % 2 == 0 ? labelled("deny") : binding("b1", "p");
                assertThat(callers.submit(() -> text(admission, review)).get())
                        .containsAnyOf("only the first 0 pods were checked", "pod-unknown");
            }
            assertThat(cluster.asked).hasValue(PodQueries.MAX_WAITING);
            cluster.answers.countDown();
            for (Future<String> each : waiting) {
                assertThat(each.get()).contains("1 of 1 pods would be denied");
            }
            assertThat(text(admission, labelled("deny"))).contains("1 of 1 pods would be denied");
        } finally {
            callers.shutdownNow();
        }
    }
}
