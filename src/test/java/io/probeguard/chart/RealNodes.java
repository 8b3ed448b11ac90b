package io.probeguard.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.probeguard.Cluster.Said;
import io.probeguard.External;
import io.probeguard.RealCluster;
import io.probeguard.RealNode;
import io.probeguard.Run;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/**
 * What a user does, on real nodes: the image is loaded, Helm installs the chart, the API server calls it through its
 * Service, and pods run on a node whose runc fails every exec. Each subclass is one line of Kubernetes and runtime.
 */
@TestInstance(Lifecycle.PER_CLASS)
@TestMethodOrder(OrderAnnotation.class)
abstract class RealNodes {
    /** Not in the short form: {@code -DexcludedGroups=long}. */
    private static final String LONG = "long";

    private static final Duration TIMEOUT = Duration.ofMinutes(4);
    private static final String BROKEN = "broken";

    /** What the runc of {@code kubelet fault always-fails} says, as that of docker-1.13.1-84 did. */
    private static final String WORDS = "decoding init error from pipe caused";

    /** What starts with a brace is JSON to an older kubectl. */
    private static final String YAML = "---\n";

    /** The periods of the pods of a {@link #workload}, as {@link #periods} prints them. */
    private static final String AS_WRITTEN = "4;2 2";

    private static final String RELAXED = "30;15 15";

    /** Cut to seconds, and by a kubelet that shares its cores with the rest of the test. */
    private static final Duration LATENESS = Duration.ofSeconds(5);

    private final String kubernetes;
    private final String runtime;
    private RealCluster cluster;
    private Release release;
    private RealNode broken;
    private final List<RealNode> nodes = new ArrayList<>();
    private List<String> settings;
    private Set<String> before;
    private String labels;

    RealNodes(String kubernetes, String runtime) {
        this.kubernetes = kubernetes;
        this.runtime = runtime;
    }

    /** Whether pods have addresses of their own, so that there can be two replicas on this one machine. */
    private boolean podNetwork() {
        return !runtime.equals("docker");
    }

    private boolean since(int minor) {
        return Integer.parseInt(kubernetes.split("\\.", -1)[1]) >= minor;
    }

    /** A build on which exec always fails, and fails as it does through this runtime. */
    private String build() {
        return podNetwork() ? "runc-1.1.12-rhaos4.17" : "docker-el7-1.13.1-84";
    }

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        cluster = RealCluster.start(folder, kubernetes);
        release = new Release(cluster);
        broken = cluster.node(BROKEN, runtime);
        nodes.add(broken);
        if (podNetwork()) {
            nodes.add(cluster.node("sound", runtime));
        }
        Path image = NodeImage.build();
        for (RealNode node : nodes) {
            node.kubelet("image", image.toString());
        }
        settings = new ArrayList<>(List.of(
                "--set=image.pullPolicy=Never",
                "--set=policy.mode=rewrite",
                "--set=policy.symptoms=act",
                // All nodes and their pods share the cores of one machine.
                "--set=resources.requests.cpu=900m",
                "--set=webhooks.timeoutSeconds=10",
                "--set=replicas=" + nodes.size()));
        if (!podNetwork()) {
            settings.addAll(List.of(
                    "--set=hostNetwork=true",
                    "--set=containerPort=" + RealCluster.freePorts(1),
                    "--set=management.port=" + RealCluster.freePorts(1)));
        }
        before = cluster.objects();
        labels = labels();
    }

    @AfterAll
    void stop() throws IOException {
        if (cluster != null) {
            cluster.close();
        }
    }

    private String labels() throws Exception {
        return cluster.ok(
                        "",
                        "get",
                        "nodes",
                        "-o",
                        "jsonpath={range .items[*]}{.metadata.labels} {.metadata.annotations}{\"\\n\"}{end}")
                .text();
    }

    /** In the syntax of a manifest: a spec of pods that run on the broken node, with these containers. */
    private String spec(String more, String... containers) {
        return "{terminationGracePeriodSeconds: 1, nodeSelector: {kubernetes.io/hostname: " + BROKEN
                + "}, hostNetwork: " + !podNetwork() + more + ", containers: [" + String.join(", ", containers) + "]}";
    }

    private static String container(String name, String more) {
        return "{name: " + name + ", image: docker.io/local/busybox:1, imagePullPolicy: Never,"
                + " command: [sh, -c, \"trap 'exit 0' TERM; while sleep 1; do :; done\"]" + more + "}";
    }

    private static String exec(String handler, int period) {
        return ", " + handler + ": {exec: {command: [\"true\"]}, periodSeconds: " + period + "}";
    }

    /** A workload with a sidecar; where there are native ones, that is one. */
    private String workload(String apiVersion, String kind, String name, String restartPolicy) {
        String app = container("app", exec("livenessProbe", 4) + exec("readinessProbe", 2));
        String sidecar = exec("readinessProbe", 2);
        String restart = ", restartPolicy: " + restartPolicy;
        String pods = since(29)
                ? spec(
                        restart + ", initContainers: [" + container("sidecar", ", restartPolicy: Always" + sidecar)
                                + "]",
                        app)
                : spec(restart, app, container("sidecar", sidecar));
        String selector = kind.equals("Job") ? "" : "selector: {matchLabels: {app: " + name + "}}, ";
        String service = kind.equals("StatefulSet") ? "serviceName: none, " : "";
        return YAML + "{apiVersion: " + apiVersion + ", kind: " + kind + ", metadata: {name: " + name + "}, spec: {"
                + service + selector + "template: {metadata: {labels: {app: " + name + "}}, spec: " + pods + "}}}";
    }

    private String pod(String name, String spec) {
        return YAML + "{apiVersion: v1, kind: Pod, metadata: {name: " + name + ", labels: {app: " + name + "}}, spec: "
                + spec + "}";
    }

    /** The periods of the pods of a workload, liveness and then readiness. */
    private String periods(String name) throws Exception {
        return cluster.ok(
                        "",
                        "get",
                        "pods",
                        "-l",
                        "app=" + name,
                        "-o",
                        "jsonpath={.items[*]..livenessProbe.periodSeconds};{.items[*]..readinessProbe.periodSeconds}")
                .text();
    }

    private void assertPeriods(String name, String expected) {
        await().atMost(TIMEOUT).untilAsserted(() -> assertThat(periods(name)).isEqualTo(expected));
    }

    @Test
    @Order(1)
    void helmInstallsItAndTheApiServerCallsItThroughItsService() throws Exception {
        release.install(Chart.PATH.toString(), settings);
        assertThat(release.replicas())
                .extracting(replica -> replica.at("/spec/nodeName").asString())
                .containsExactlyInAnyOrderElementsOf(
                        nodes.stream().map(RealNode::name).toList());
        String asked = pod("asked", spec("", container("app", exec("livenessProbe", 4))));
        await().atMost(TIMEOUT).untilAsserted(() -> {
            cluster.ok(asked, "create", "--dry-run=server", "-f", "-");
            assertThat(release.reviews()).isPositive();
        });
    }

    @Test
    @Order(2)
    void theTestOfTheChartPasses() throws Exception {
        if (!podNetwork()) {
            External.skip("pods on the hosts' network take no addresses from their manifest");
        }
        release.test();
    }

    /** Before 1.28 there are no conditions, and all of them do. */
    @Test
    @Order(2)
    void podsWithoutExecNeverArrive() throws Exception {
        double first = release.reviews();
        for (int i = 0; i < 5; i++) {
            cluster.ok(
                    pod("plain", spec("", container("app", ", livenessProbe: {tcpSocket: {port: 1}}"))),
                    "create",
                    "--dry-run=server",
                    "-f",
                    "-");
        }
        assertThat(release.reviews() - first).isEqualTo(since(28) ? 0 : 5);
        cluster.ok(
                pod("hooked", spec("", container("app", ", lifecycle: {preStop: {exec: {command: [\"true\"]}}}"))),
                "create",
                "--dry-run=server",
                "-f",
                "-");
        assertThat(release.reviews() - first).isEqualTo(since(28) ? 1 : 6);
    }

    /** Nobody has said anything of the node: what its kubelet tells makes it known. */
    @Test
    @Order(3)
    void aNodeWhereExecFailsIsRecognizedAndTheNextPodIsRelaxed() throws Exception {
        broken.kubelet("fault", "always-fails");
        for (String kind : List.of("Deployment", "StatefulSet", "DaemonSet")) {
            String name = "early-" + kind.toLowerCase(Locale.ROOT);
            Said said = cluster.ok(workload("apps/v1", kind, name, "Always"), "apply", "-f", "-");
            assertThat(said.text()).doesNotContain("Warning");
            assertPeriods(name, AS_WRITTEN);
        }
        await().atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(cluster.ok("", "get", "events", "-o", "jsonpath={.items[*].message}")
                                .text())
                        .contains(WORDS));
        await().atMost(TIMEOUT).untilAsserted(() -> {
            for (JsonNode replica : release.replicas()) {
                assertThat(Release.metrics(replica))
                        .containsPattern("probe_guard_flagged_nodes\\{[^}]*source=\"symptoms\"[^}]*} 1.0");
            }
        });
        assertThat(Run.of("nodes", "--kubeconfig", cluster.kubeconfig().toString())
                        .out())
                .containsPattern(
                        "(?m)^" + BROKEN + " .*\\s+-> Events report exec failures of 3 different\\s+workloads");
        Said said = cluster.ok(
                pod("next", spec("", container("app", exec("livenessProbe", 4) + exec("readinessProbe", 2)))),
                "create",
                "-f",
                "-");
        assertThat(said.text())
                .contains("Warning: app: exec (liveness, readiness) was observed to fail on 1 of 1 nodes");
        assertPeriods("next", "30;15");
        await().atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(cluster.ok(
                                        "",
                                        "get",
                                        "events",
                                        "--field-selector=reason=ExecProbeOnBrokenNode",
                                        "-o",
                                        "name")
                                .text()
                                .lines())
                        .hasSize(3));
    }

    @ParameterizedTest
    @Order(4)
    @CsvSource({
        "apps/v1, Deployment, Always",
        "apps/v1, StatefulSet, Always",
        "apps/v1, DaemonSet, Always",
        "batch/v1, Job, OnFailure",
    })
    void whatAnAdminNamesIsSaidOfEveryKindAndItsPodsAreRelaxed(String apiVersion, String kind, String restartPolicy)
            throws Exception {
        cluster.ok("", "label", "--overwrite", "node", BROKEN, "probe-guard.io/exec=broken");
        cluster.ok("", "annotate", "--overwrite", "node", BROKEN, "probe-guard.io/build=" + build());
        String name = "late-" + kind.toLowerCase(Locale.ROOT);
        String manifest = workload(apiVersion, kind, name, restartPolicy);
        await().atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(cluster.ok(manifest, "apply", "--dry-run=server", "-f", "-")
                                .text())
                        .contains(build()));
        assertThat(cluster.ok(manifest, "apply", "-f", "-").text())
                .contains("Warning: app: exec (liveness, readiness) always fails on 1 of 1 nodes (" + build() + ")")
                .contains("Warning: sidecar: exec (readiness) always fails on 1 of 1 nodes (" + build() + ")")
                .contains("Warning: app: liveness of its pods will be relaxed: period 4 -> 30 s");
        assertPeriods(name, RELAXED);
    }

    /** What was said of the template, as it was written, holds for the pods that came before the flag. */
    @Test
    @Order(5)
    void whatWasPredictedHappens() throws Exception {
        String said = cluster.ok(
                        workload("apps/v1", "Deployment", "predicted", "Always"),
                        "apply",
                        "--dry-run=server",
                        "-f",
                        "-")
                .text();
        String prediction = said.lines()
                .filter(line -> line.startsWith("Warning: app: exec "))
                .findFirst()
                .orElse("");
        assertThat(prediction).contains("never Ready");
        Matcher loop = Pattern.compile("restart loop after (\\d+) to (\\d+) s").matcher(prediction);
        assertThat(loop.find()).as(prediction).isEqualTo(!podNetwork());
        List<JsonNode> pods = release.pods("-l", "app in (early-deployment, early-statefulset, early-daemonset)");
        assertThat(pods).hasSize(3);
        for (JsonNode pod : pods) {
            String name = pod.at("/metadata/name").asString();
            Instant ripe = Instant.parse(pod.at("/status/startTime").asString()).plusSeconds(45);
            JsonNode now = await().atMost(TIMEOUT)
                    .until(
                            () -> release.pods("--field-selector=metadata.name=" + name)
                                    .get(0),
                            seen -> podNetwork()
                                    ? Instant.now().isAfter(ripe)
                                    : app(seen).path("restartCount").asInt() > 0);
            assertThat(now.at("/status/conditions").toString())
                    .containsPattern("\\{[^{}]*\"type\":\"Ready\"[^{}]*}")
                    .doesNotContainPattern("\\{[^{}]*\"status\":\"True\"[^{}]*\"type\":\"Ready\"");
            if (podNetwork()) {
                assertThat(app(now).path("restartCount").asInt()).isZero();
            } else {
                JsonNode ended = app(now).at("/lastState/terminated");
                assertThat(Duration.between(
                                Instant.parse(ended.path("startedAt").asString()),
                                Instant.parse(ended.path("finishedAt").asString())))
                        .isBetween(
                                Duration.ofSeconds(Integer.parseInt(loop.group(1)))
                                        .minus(Duration.ofSeconds(1)),
                                Duration.ofSeconds(Integer.parseInt(loop.group(2)))
                                        .plus(LATENESS));
            }
        }
    }

    private static JsonNode app(JsonNode pod) {
        return pod.at("/status/containerStatuses")
                .valueStream()
                .filter(container -> container.path("name").asString().equals("app"))
                .findFirst()
                .orElseThrow();
    }

    /** A pod that exec keeps from being Ready holds back the drain of its node, until one does what is said. */
    @Test
    @Order(6)
    void whatHoldsBackADrainIsSaidAndHowToDrain() throws Exception {
        String version = since(21) ? "v1" : "v1beta1";
        cluster.ok(
                YAML + "{apiVersion: policy/" + version + ", kind: PodDisruptionBudget, metadata: {name: early},"
                        + " spec: {minAvailable: 1, selector: {matchLabels: {app: early-deployment}}}}",
                "apply",
                "-f",
                "-");
        String held = "PodDisruptionBudget early holds back a drain: 0 of 1 desired healthy pod;";
        await().atMost(TIMEOUT).untilAsserted(() -> assertThat(scan()).contains(held));
        String[] drain = {"drain", BROKEN, "--pod-selector=app=early-deployment", "--timeout=5s"};
        assertThat(cluster.kubectl("", drain)).satisfies(refused -> {
            assertThat(refused.exitCode()).isNotZero();
            assertThat(refused.text()).contains("disruption budget");
        });
        if (since(27)) {
            cluster.ok(
                    "", "patch", "pdb", "early", "-p", "{\"spec\":{\"unhealthyPodEvictionPolicy\":\"AlwaysAllow\"}}");
            await().atMost(TIMEOUT).untilAsserted(() -> assertThat(scan()).doesNotContain(held));
        } else {
            cluster.ok("", "delete", "pods", "-l", "app=early-deployment", "--wait=false"); // the next is for no node
        }
        await().atMost(TIMEOUT)
                .untilAsserted(
                        () -> assertThat(cluster.kubectl("", drain).exitCode()).isZero());
        cluster.ok("", "uncordon", BROKEN);
        cluster.ok("", "delete", "pdb", "early");
    }

    private String scan() {
        return Run.of("scan", "--kubeconfig", cluster.kubeconfig().toString())
                .out()
                .replaceAll("\\s+", " ");
    }

    /** A crash costs what was under way; a replica that is asked to stop, and an upgrade, cost nothing. */
    @Test
    @Order(7)
    @Tag(LONG)
    void podsAreCreatedAndRelaxedWhileReplicasComeAndGo() throws Exception {
        if (!podNetwork()) {
            External.skip("two replicas on the hosts' network need two machines");
        }
        // Nothing runs these: what is asked is whether they are created, and how.
        String manifest = pod("NAME", spec(", schedulerName: none", container("app", exec("readinessProbe", 2))));
        try (PodStream stream = new PodStream(cluster, 1, manifest)) {
            stream.awaitMore(5);
            Instant killed = Instant.now();
            JsonNode victim = release.replicas().get(0);
            nodes.stream()
                    .filter(node ->
                            node.name().equals(victim.at("/spec/nodeName").asString()))
                    .findFirst()
                    .orElseThrow()
                    .kill(victim.at("/status/containerStatuses/0/containerID")
                            .asString()
                            .replaceFirst(".*//", ""));
            awaitReady(victim);
            Instant recovered = Instant.now();
            stream.awaitMore(5);
            cluster.ok(
                    "",
                    "-n",
                    "probe-guard",
                    "delete",
                    "pod",
                    release.replicas().get(1).at("/metadata/name").asString());
            release.awaitRollout();
            stream.awaitMore(5);
            release.upgrade(Chart.PATH.toString(), "--set=drainSeconds=11");
            stream.awaitMore(5);
            List<PodStream.Created> all = stream.stop();
            List<PodStream.Created> missed =
                    all.stream().filter(created -> !created.text().equals("15")).toList();
            System.out.printf(
                    "%d pods created while replicas came and went, %d not relaxed; back %d s after the kill%n",
                    all.size(),
                    missed.size(),
                    Duration.between(killed, recovered).toSeconds());
            assertThat(all).allMatch(created -> created.exitCode() == 0);
            assertThat(missed).allSatisfy(created -> {
                assertThat(created.text()).isEqualTo("2");
                assertThat(created.asked()).isBetween(killed.minusSeconds(2), killed.plusSeconds(5));
            });
        }
    }

    private void awaitReady(JsonNode replica) {
        String name = replica.at("/metadata/name").asString();
        await().atMost(TIMEOUT)
                .until(() -> release.pods("-n", "probe-guard", "--field-selector=metadata.name=" + name).stream()
                        .map(pod -> pod.at("/status/containerStatuses/0"))
                        .anyMatch(status -> status.path("restartCount").asInt() == 1
                                && status.path("ready").asBoolean()));
    }

    /** By Helm and by what made them; the namespace that --create-namespace made is its admin's. */
    @Test
    @Order(8)
    void uninstallingLeavesNothing() throws Exception {
        release.uninstall();
        cluster.ok("", "label", "node", BROKEN, "probe-guard.io/exec-");
        cluster.ok("", "annotate", "node", BROKEN, "probe-guard.io/build-");
        cluster.ok("", "delete", "deployments,statefulsets,daemonsets,jobs,pods", "--all", "--wait=false");
        await().atMost(TIMEOUT).untilAsserted(() -> {
            Set<String> left = cluster.objects();
            left.removeAll(before);
            assertThat(left)
                    .allMatch(object -> object.matches("Namespace /probe-guard|ServiceAccount probe-guard/default"
                            + "|ConfigMap probe-guard/kube-root-ca.crt|Secret probe-guard/default-token-.*"));
        });
        assertThat(labels()).isEqualTo(labels);
        for (RealNode node : nodes) {
            await().atMost(TIMEOUT).untilAsserted(() -> {
                assertThat(node.containers()).isEmpty();
                assertThat(node.pods()).isEmpty();
            });
        }
    }
}
