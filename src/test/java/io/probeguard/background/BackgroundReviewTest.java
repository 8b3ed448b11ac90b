package io.probeguard.background;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.probeguard.FakeApiServer;
import io.probeguard.FakeApiServer.Answer;
import io.probeguard.FakeApiServer.Request;
import io.probeguard.background.BackgroundReview.Pass;
import io.probeguard.background.BackgroundReview.Publisher;
import io.probeguard.catalogue.CatalogueChanges;
import io.probeguard.catalogue.CatalogueInUse;
import io.probeguard.cluster.Inventory;
import io.probeguard.cluster.Leadership;
import io.probeguard.cluster.LiveCluster;
import io.probeguard.policy.Policy;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a replica asks of the API server, which a small HTTP server stands for, and what it tells when it leads. */
class BackgroundReviewTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final String BROKEN = "\"labels\": {\"probe-guard.io/exec\": \"broken\"}";
    private static final String SPEC =
            "\"containers\": [{\"name\": \"app\", \"livenessProbe\": {\"exec\": {\"command\": [\"x\"]}}}]";

    private static final String LEASE = "/apis/coordination.k8s.io/v1/namespaces/probe-guard/leases/lease";

    /** Whether there is a Lease that nobody holds, so that this replica leads; else there is none to hold. */
    private volatile boolean leases;

    private final Queue<String> asked = new ConcurrentLinkedQueue<>();
    private final Map<String, String> answers = new ConcurrentHashMap<>();
    private final Deque<AutoCloseable> started = new ArrayDeque<>();
    private FakeApiServer api;

    private record Running(LiveCluster cluster, BackgroundReview review) {}

    @BeforeEach
    void start() {
        api = new FakeApiServer(this::answer);
        answers.put("/api/v1/namespaces", "");
        answers.put(
                "/apis/apps/v1/deployments", template("shop", "web") + "," + template("probe-guard", "probe-guard"));
        for (String plural : List.of("statefulsets", "daemonsets", "replicasets")) {
            answers.put("/apis/apps/v1/" + plural, "");
        }
        answers.put("/api/v1/replicationcontrollers", "");
        answers.put("/apis/batch/v1/jobs", "");
        answers.put("/apis/batch/v1beta1/cronjobs", "");
    }

    @AfterEach
    void stop() throws Exception {
        while (!started.isEmpty()) {
            started.pop().close();
        }
        api.close();
    }

    private static String template(String namespace, String name) {
        return """
                {"metadata": {"namespace": "%s", "name": "%s", "uid": "u"}, "spec": {"template": {"spec": {%s}}}}""".formatted(namespace, name, SPEC);
    }

    private static String node(String name, String more) {
        return "{\"apiVersion\": \"v1\", \"kind\": \"Node\", \"metadata\": {\"name\": \"" + name
                + "\", \"resourceVersion\": \"1\"" + more + "}}";
    }

    private static String pod(String namespace, String name, String node) {
        return """
                {"metadata": {"namespace": "%s", "name": "%s", "uid": "u"}, "spec": {"nodeName": "%s", %s}}""".formatted(namespace, name, node, SPEC);
    }

    /** Lists what there is by path, and for pods by node; 403 for "forbidden", and 404 for what is not there. */
    private Answer answer(Request request) {
        String path = request.path();
        String key = path.endsWith("/pods") ? request.query().replaceAll(".*spec.nodeName=", "pods on ") : path;
        if (!path.matches("/api/v1/n.*|/apis/node.k8s.io/.*|/apis/coordination.*")) {
            asked.add(key);
        }
        if (path.equals("/apis/coordination.k8s.io/v1") && leases) {
            return Answer.ok(
                    "{\"kind\": \"APIResourceList\", \"resources\": [{\"name\": \"leases\", \"kind\": \"Lease\"}]}");
        }
        if (path.equals(LEASE) && leases) {
            return Answer.ok("{\"apiVersion\": \"coordination.k8s.io/v1\", \"kind\": \"Lease\", \"metadata\":"
                    + " {\"name\": \"lease\", \"namespace\": \"probe-guard\", \"resourceVersion\": \"1\"}}");
        }
        String items = answers.get(key);
        if (items == null) {
            return Answer.failed(404);
        }
        return items.equals("forbidden")
                ? Answer.failed(403)
                : Answer.ok("{\"metadata\": {\"resourceVersion\": \"1\"}, \"items\": [" + items + "]}");
    }

    private static final Publisher NEVER_CALLED = (pass, mayGoOn) -> {
        throw new AssertionError("only the leader publishes");
    };

    private Pass pass(String... nodes) {
        return firstPass(start(List.of(NEVER_CALLED), nodes).review);
    }

    private static Pass firstPass(BackgroundReview review) {
        review.request();
        Pass pass = await().atMost(TIMEOUT).until(review::latest, Objects::nonNull);
        assertThat(review.isLeader()).isFalse();
        return pass;
    }

    private Running start(List<Publisher> publishers, String... nodes) {
        answers.put("/api/v1/nodes", String.join(",", nodes));
        LiveCluster cluster =
                LiveCluster.watch(api.client(), new CatalogueInUse(CatalogueChanges.NONE), false, Map::of);
        started.push(cluster);
        BackgroundReview review = new BackgroundReview(
                new Inventory(api.client()),
                cluster,
                Policy.DEFAULT,
                "probe-guard",
                new Leadership(api.client(), "probe-guard", "lease", Duration.ofSeconds(30)),
                publishers,
                Duration.ofMinutes(10));
        started.push(review);
        review.start();
        return new Running(cluster, review);
    }

    private static List<String> names(Pass pass) {
        return pass.report().workloads().stream()
                .map(workload -> workload.owner().name())
                .toList();
    }

    @Test
    void readsThePodsOfFlaggedNodesAndTheTemplates() {
        answers.put("pods on bad", pod("shop", "alone", "bad") + "," + pod("probe-guard", "ours", "bad"));
        BackgroundReview review = start(List.of(NEVER_CALLED), node("bad", ", " + BROKEN), node("good", "")).review;
        Pass pass = firstPass(review);
        assertThat(names(pass)).containsExactly("alone", "web");
        assertThat(pass.podsNotRead()).isZero();
        assertThat(pass.isComplete()).isTrue();
        assertThat(asked)
                .containsExactly(
                        "pods on bad",
                        "/apis/apps/v1/deployments",
                        "/apis/apps/v1/statefulsets",
                        "/apis/apps/v1/daemonsets",
                        "/apis/apps/v1/replicasets",
                        "/api/v1/replicationcontrollers",
                        "/apis/batch/v1/jobs",
                        "/apis/batch/v1/cronjobs",
                        "/apis/batch/v1beta1/cronjobs",
                        "/apis/policy/v1/poddisruptionbudgets",
                        "/apis/policy/v1beta1/poddisruptionbudgets");
        review.request();
        await().during(Duration.ofSeconds(3)).atMost(TIMEOUT).until(() -> pass.equals(review.latest()));
    }

    /** The review is complete either way. */
    @ParameterizedTest
    @CsvSource({"forbidden, false", "'', true"})
    void plansADrainWithTheBudgetsThatItMayRead(String budgets, boolean knowsBudgets) {
        answers.put("pods on bad", pod("shop", "alone", "bad"));
        answers.put("/apis/policy/v1/poddisruptionbudgets", budgets);
        Pass pass = pass(node("bad", ", " + BROKEN), node("good", ""));
        assertThat(pass.isComplete()).isTrue();
        assertThat(pass.report().drainPlan().knowsBudgets()).isEqualTo(knowsBudgets);
        assertThat(pass.report().drainPlan().steps()).singleElement().satisfies(step -> {
            assertThat(step.node()).isEqualTo("bad");
            assertThat(step.unmanaged()).containsExactly("shop/alone");
        });
    }

    /** Adds a node to those that are watched. */
    private void flag(String name) throws IOException {
        OutputStream events = await().atMost(TIMEOUT).until(() -> api.watch("/api/v1/nodes"), Objects::nonNull);
        events.write("{\"type\": \"ADDED\", \"object\": %s}\n"
                .formatted(node(name, ", " + BROKEN))
                .getBytes(StandardCharsets.UTF_8));
        events.flush();
    }

    /** As the leader does; its interval is ten minutes. */
    @Test
    void looksAgainOnceWhatIsFlaggedHasChanged() throws IOException {
        answers.put("pods on new", pod("shop", "alone", "new"));
        BackgroundReview review = start(List.of(NEVER_CALLED), node("good", "")).review;
        firstPass(review);
        flag("new");
        await().atMost(TIMEOUT).untilAsserted(() -> {
            review.request();
            assertThat(names(firstPass(review))).containsExactly("alone", "web");
        });
    }

    @Test
    void onePublisherThatFailsKeepsNothingFromOthers() {
        leases = true;
        answers.put("pods on bad", pod("shop", "alone", "bad"));
        AtomicReference<Pass> published = new AtomicReference<>();
        BackgroundReview review = start(
                        List.of(
                                (pass, mayGoOn) -> {
                                    throw new IllegalStateException("of an odd object");
                                },
                                (pass, mayGoOn) -> published.set(pass)),
                        node("bad", ", " + BROKEN))
                .review;
        await().atMost(TIMEOUT).until(() -> published.get() != null);
        assertThat(review.latest()).isSameAs(published.get());
        assertThat(review.failure()).isNull();
    }

    @Test
    void thereIsTimeToPublishThoughSomethingChangesAllTheTime() throws IOException {
        leases = true;
        CompletableFuture<BooleanSupplier> published = new CompletableFuture<>();
        Running running = start(List.of((pass, whileTrue) -> published.complete(whileTrue)), node("good", ""));
        BooleanSupplier mayGoOn =
                published.orTimeout(TIMEOUT.toSeconds(), TimeUnit.SECONDS).join();
        flag("new");
        await().atMost(TIMEOUT).until(() -> !running.cluster.fleet().flagged().isEmpty());
        assertThat(mayGoOn.getAsBoolean()).isTrue();
        running.review.close();
        assertThat(mayGoOn.getAsBoolean()).isFalse();
    }

    @Test
    void withNoNodeFlaggedItAsksForNothing() {
        Pass pass = pass(node("good", ""));
        assertThat(pass.report().workloads()).isEmpty();
        assertThat(pass.isComplete()).isTrue();
        assertThat(asked).isEmpty();
    }

    @Test
    void whatIsForbiddenIsLeftOut() {
        answers.put("pods on bad", "forbidden");
        answers.put("pods on worse", pod("shop", "alone", "worse"));
        answers.put("/apis/apps/v1/statefulsets", "forbidden");
        Pass pass = pass(node("bad", ", " + BROKEN), node("worse", ", " + BROKEN));
        assertThat(names(pass)).containsExactly("alone", "web");
        assertThat(pass.podsNotRead()).isEqualTo(1);
        assertThat(pass.isComplete()).isFalse();
    }
}
