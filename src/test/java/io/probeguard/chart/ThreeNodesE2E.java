package io.probeguard.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.probeguard.Cluster.Said;
import io.probeguard.RealCluster;
import io.probeguard.RealNode;
import io.probeguard.chart.PodStream.Created;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * The packaged chart as it is, but for the mode, with three replicas on three nodes, of which one is flagged by its packages,
 * while pods for that one are created: nodes are drained, and one of them dies.
 */
@TestInstance(Lifecycle.PER_CLASS)
@TestMethodOrder(OrderAnnotation.class)
class ThreeNodesE2E {
    private static final Duration TIMEOUT = Duration.ofMinutes(4);
    private static final String FLAGGED = "flagged";
    private static final String BUILD = "runc-1.1.12-5.1.rhaos4.17.el9.x86_64";
    private static final String RELAXED = "15";

    /** So that API servers have connections to several replicas at once. */
    private static final int AT_ONCE = 3;

    /** Until the API server's calls go nowhere else: its endpoint is gone a moment before nobody connects to it. */
    private static final Duration AFTERMATH = Duration.ofSeconds(5);

    private final List<RealNode> nodes = new ArrayList<>();
    private RealCluster cluster;
    private Release release;
    private String chart;
    private Path image;
    private int streams;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        cluster = RealCluster.start(folder, "1.37.2");
        cluster.watchKubelets();
        release = new Release(cluster);
        image = NodeImage.build();
        for (String name : List.of(FLAGGED, "sound", "other")) {
            RealNode node = cluster.node(name, "containerd");
            node.kubelet("image", image.toString());
            nodes.add(node);
        }
        cluster.ok("", "annotate", "node", FLAGGED, "probe-guard.io/packages=" + BUILD);
        chart = cluster.helm("package", Chart.PATH.toString(), "--destination=" + folder)
                .strip()
                .replaceFirst("(?s).* ", "");
    }

    @AfterAll
    void stop() throws IOException {
        if (cluster != null) {
            cluster.close();
        }
    }

    /** Nothing runs these pods: what is asked is whether they are created, and how. */
    private PodStream stream() {
        return new PodStream(
                cluster,
                AT_ONCE,
                "---\n{apiVersion: v1, kind: Pod, metadata: {name: " + ++streams
                        + "-NAME}, spec: {schedulerName: none, nodeSelector:"
                        + " {kubernetes.io/hostname: " + FLAGGED + "}, containers: [{name: app, image: none,"
                        + " readinessProbe: {exec: {command: [\"true\"]}, periodSeconds: 2}}]}}");
    }

    private List<Created> end(PodStream stream, String what) throws Exception {
        List<Created> all = stream.stop();
        List<Created> missed = missed(all);
        System.out.printf("%s: %d pods created, %d not relaxed%n", what, all.size(), missed.size());
        missed.forEach(System.out::println);
        assertThat(all).allMatch(created -> created.exitCode() == 0);
        return all;
    }

    private static List<Created> missed(List<Created> all) {
        return all.stream().filter(created -> !created.text().equals(RELAXED)).toList();
    }

    private static String nodeOf(JsonNode replica) {
        return replica.at("/spec/nodeName").asString();
    }

    private static boolean isReady(JsonNode replica) {
        return replica.at("/status/conditions")
                .valueStream()
                .anyMatch(condition -> condition.path("type").asString().equals("Ready")
                        && condition.path("status").asString().equals("True"));
    }

    /** The nodes of the replicas that are Ready. */
    private List<String> places() throws Exception {
        return release.replicas().stream()
                .filter(ThreeNodesE2E::isReady)
                .map(ThreeNodesE2E::nodeOf)
                .toList();
    }

    private void awaitOneOnEachNode() {
        await().atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(places())
                        .containsExactlyInAnyOrderElementsOf(
                                nodes.stream().map(RealNode::name).toList()));
    }

    private Said drain(String node) throws Exception {
        return cluster.kubectl("", "drain", node, "--delete-emptydir-data", "--timeout=10s");
    }

    /** Of the nodes that are not flagged, that of the replica which was asked most. */
    private RealNode busiest() throws Exception {
        String busiest = FLAGGED;
        double most = 0;
        for (JsonNode replica : release.replicas()) {
            double reviews = Release.reviews(replica);
            if (reviews > most && !nodeOf(replica).equals(FLAGGED)) {
                most = reviews;
                busiest = nodeOf(replica);
            }
        }
        String name = busiest;
        return nodes.stream()
                .filter(node -> node.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private List<String> namesWithout(String node) {
        return nodes.stream()
                .map(RealNode::name)
                .filter(name -> !name.equals(node))
                .toList();
    }

    @Test
    @Order(1)
    void eachReplicaIsReadyOnANodeOfItsOwn() throws Exception {
        release.install(
                chart, List.of("--set=image.pullPolicy=Never", "--set=policy.mode=rewrite", "--set=replicas=3"));
        awaitOneOnEachNode();
        release.test();
        try (PodStream stream = stream()) {
            await().atMost(TIMEOUT).until(() -> release.reviews() > 0);
            end(stream, "the first pods");
        }
        for (JsonNode replica : release.replicas()) {
            assertThat(Release.metrics(replica))
                    .containsPattern("probe_guard_flagged_nodes\\{[^}]*source=\"packages\"[^}]*} 1.0");
        }
    }

    @Test
    @Order(2)
    void anUpgradeLeavesOneReplicaOnEachNode() throws Exception {
        try (PodStream stream = stream()) {
            stream.awaitMore(5);
            release.upgrade(chart, "--set=drainSeconds=11");
            stream.awaitMore(5);
            assertThat(missed(end(stream, "an upgrade"))).isEmpty();
        }
        awaitOneOnEachNode();
    }

    /** What the drains leave on one node is spread again by the next upgrade. */
    @Test
    @Order(3)
    void nodesAreDrainedOneAfterTheOther() throws Exception {
        try (PodStream stream = stream()) {
            stream.awaitMore(5);
            for (String node : List.of("sound", "other")) {
                await().atMost(TIMEOUT).until(() -> drain(node).exitCode() == 0); // waits for the budget
            }
            await().atMost(TIMEOUT)
                    .untilAsserted(() -> assertThat(places()).containsExactly(FLAGGED, FLAGGED, FLAGGED));
            stream.awaitMore(5);
            assertThat(missed(end(stream, "two nodes are drained"))).isEmpty();
        }
        cluster.ok("", "uncordon", "sound", "other");
        release.upgrade(chart, "--set=drainSeconds=12");
        awaitOneOnEachNode();
    }

    /** Its replica is an endpoint until the node controller has waited for its kubelet; what is led there is not judged. */
    @Test
    @Order(4)
    void aNodeDiesAndTheOthersGoOn() throws Exception {
        RealNode dead;
        try (PodStream stream = stream()) {
            stream.awaitMore(60);
            dead = busiest();
            Instant died = Instant.now();
            dead.cut();
            List<String> others = namesWithout(dead.name());
            await().atMost(TIMEOUT)
                    .untilAsserted(() -> assertThat(places()).containsExactlyInAnyOrderElementsOf(others));
            Instant noticed = Instant.now();
            stream.awaitMore(60);
            List<Created> all = end(stream, "a node dies");
            List<Created> meanwhile = all.stream()
                    .filter(created ->
                            created.asked().isAfter(died) && created.asked().isBefore(noticed))
                    .toList();
            System.out.printf(
                    "noticed after %d s; of %d pods meanwhile %d not relaxed; slowest %s%n",
                    Duration.between(died, noticed).toSeconds(),
                    meanwhile.size(),
                    missed(meanwhile).size(),
                    meanwhile.stream().map(Created::took).max(Duration::compareTo));
            assertThat(missed(all)).allSatisfy(created -> {
                assertThat(created.text()).isEqualTo("2");
                assertThat(created.asked()).isBetween(died.minusSeconds(2), noticed.plus(AFTERMATH));
            });
            assertThat(missed(meanwhile).size()).isLessThan(meanwhile.size() / 2);
        }
        // Two of three are left, and as many must be: no other node can be drained.
        for (String other : namesWithout(dead.name())) {
            assertThat(drain(other)).satisfies(refused -> {
                assertThat(refused.exitCode()).isNotZero();
                assertThat(refused.text()).contains("disruption budget");
            });
            cluster.ok("", "uncordon", other);
        }
        dead.kubelet("down");
        dead.kubelet("up", dead.name(), "containerd");
        dead.kubelet("image", image.toString());
        awaitOneOnEachNode();
    }

    /** On one machine, its three nodes have room for one. */
    @Test
    @Order(5)
    void onTheHostsNetworkOneReplicaServes() throws Exception {
        release.uninstall();
        await().atMost(TIMEOUT).until(() -> release.replicas().isEmpty());
        release.install(
                chart,
                List.of(
                        "--set=image.pullPolicy=Never",
                        "--set=policy.mode=rewrite",
                        "--set=replicas=1",
                        "--set=hostNetwork=true",
                        "--set=containerPort=" + RealCluster.freePorts(1),
                        "--set=management.port=" + RealCluster.freePorts(1)));
        try (PodStream stream = stream()) {
            await().atMost(TIMEOUT).until(() -> release.reviews() > 0);
            stream.awaitMore(5);
            List<Created> all = end(stream, "one replica on the host's network");
            assertThat(all.get(all.size() - 1).text()).isEqualTo(RELAXED);
        }
    }
}
