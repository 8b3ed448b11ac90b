package io.probeguard.scan;

import static org.assertj.core.api.Assertions.assertThat;

import io.probeguard.External;
import io.probeguard.catalogue.Catalogue;
import io.probeguard.cluster.DisruptionBudget;
import io.probeguard.node.Fleet;
import io.probeguard.node.NodeFacts;
import io.probeguard.node.Nodes;
import io.probeguard.policy.Policy;
import io.probeguard.probe.Pods;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** In which order flagged nodes are drained, and what the script of it does, run by a shell. */
class DrainPlanTest {
    private static final String EXEC = "livenessProbe: {exec: {command: [x]}}";
    private static final String MANAGED =
            ", ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: web-6f9, uid: rs, controller: true}]";
    private static final String DAEMON =
            ", ownerReferences: [{apiVersion: apps/v1, kind: DaemonSet, name: agent, uid: ds, controller: true}]";

    @TempDir
    Path folder;

    private static NodeFacts broken(String name, String pool) {
        String labels = pool.equals("-") ? "" : ", labels: {kops.k8s.io/instancegroup: " + pool + "}";
        return Nodes.read("{kind: Node, apiVersion: v1, metadata: {name: \"" + name
                + "\", annotations: {probe-guard.io/packages: " + Nodes.BAD_DOCKER + "}" + labels + "}}");
    }

    /** A pod on a node; Ready and restarts, as {@code False 3}. */
    private static void add(Scan scan, String node, String name, String more, String container, String state) {
        String[] words = state.split(" ", -1);
        scan.add(Pods.read("{apiVersion: v1, kind: Pod, metadata: {namespace: shop, name: " + name + more
                        + "}, spec: {nodeName: \"" + node + "\", containers: [{name: app, " + container
                        + "}]}, status: {conditions: [{type: Ready, status: '" + words[0]
                        + "'}], containerStatuses: [{restartCount: " + words[1] + "}]}}")
                .get(0)
                .workload());
    }

    private static Scan scan(NodeFacts... nodes) {
        return new Scan(Fleet.of(List.of(nodes), Catalogue.builtIn()), Policy.DEFAULT, none -> null);
    }

    private static DisruptionBudget budget(String name, String... pods) {
        return new DisruptionBudget("shop", name, Set.of(pods), 1, 1, false);
    }

    private static List<String> order(ScanReport report) {
        return report.drainPlan().steps().stream().map(DrainPlan.Step::node).toList();
    }

    /** Of two nodes with a pod each: its state, and whether a budget holds it back. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            not Ready before Ready       | True 0  | no  | False 0 | no  | b, a
            more restarts first          | True 1  | no  | True 2  | no  | b, a
            not Ready before restarts    | True 9  | no  | False 0 | no  | b, a
            alike                        | True 0  | no  | True 0  | no  | a, b
            held back last               | False 9 | yes | True 0  | no  | b, a
            both held back               | True 0  | yes | True 1  | yes | b, a
            """)
    void orders(String name, String stateOfA, String heldA, String stateOfB, String heldB, String expected) {
        Scan scan = scan(broken("a", "-"), broken("b", "-"), Nodes.healthy("good"));
        add(scan, "a", "web-a", MANAGED, EXEC, stateOfA);
        add(scan, "b", "web-b", MANAGED, EXEC, stateOfB);
        List<DisruptionBudget> budgets = new ArrayList<>();
        if (heldA.equals("yes")) {
            budgets.add(new DisruptionBudget("shop", "of-a", Set.of("web-a"), 0, 1, false));
        }
        if (heldB.equals("yes")) {
            budgets.add(budget("of-b", "web-b"));
        }
        scan.setExhausted(budgets);
        assertThat(order(scan.report())).containsExactly(expected.split(", ", -1));
    }

    /** Pods without exec probes are evicted as well; those of DaemonSets and static ones are not. */
    @Test
    void countsWhatItEvicts() {
        Scan scan = scan(broken("a", "nodes"), Nodes.healthy("good"), Nodes.node("suspected", Nodes.EL7_DOCKER));
        add(scan, "a", "web", MANAGED, EXEC, "False 3");
        add(scan, "a", "plain", MANAGED, "image: x", "True 7");
        add(scan, "a", "agent", DAEMON, EXEC, "True 1");
        add(scan, "a", "static", ", annotations: {kubernetes.io/config.mirror: x}", EXEC, "True 0");
        add(scan, "a", "alone", "", "image: x", "True 0");
        add(scan, "good", "elsewhere", MANAGED, EXEC, "False 9");
        add(scan, "suspected", "there", MANAGED, EXEC, "False 9");
        scan.setExhausted(List.of(budget("plain", "plain"), budget("elsewhere", "elsewhere")));
        DrainPlan plan = scan.report().drainPlan();
        assertThat(DrainPlanText.rows(plan))
                .containsExactly(List.of("1", "a", "nodes", "3", "3", "1", "4", "shop/plain"));
        assertThat(plan.otherNodes()).isEqualTo(2);
        assertThat(DrainPlanText.notes(plan))
                .containsExactly(
                        "a: PodDisruptionBudget plain holds back a drain: 1 of 1 desired healthy pod; raise the"
                                + " replicas, or lower the budget, before the drain",
                        "a: kubectl refuses to evict what no controller would create again, so delete it first: shop/alone");
        assertThat(scan.namespacesOnFlagged()).containsExactly("shop");
    }

    @Test
    void groupsByPoolTheMostHarmedFirst() {
        Scan scan = scan(
                broken("a", "quiet"),
                broken("b", "harmed"),
                broken("c", "harmed"),
                broken("d", "-"),
                Nodes.read(
                        "{kind: Node, apiVersion: v1, metadata: {name: e, labels: {kops.k8s.io/instancegroup: quiet}}}"));
        add(scan, "b", "web-b", MANAGED, EXEC, "False 1");
        add(scan, "c", "web-c", MANAGED, EXEC, "True 1");
        ScanReport report = scan.report();
        assertThat(DrainPlanText.poolRows(report.drainPlan()))
                .containsExactly(
                        List.of("harmed", "2", "2", "2", "1", "2"),
                        List.of("quiet", "2", "1", "0", "0", "0"),
                        List.of("-", "1", "1", "0", "0", "0"));
        assertThat(report.workloads())
                .singleElement()
                .satisfies(workload -> assertThat(PoolText.of(workload)).isEqualTo(" (harmed 2)"));
        assertThat(DrainPlanText.notes(report.drainPlan())).containsExactly(DrainPlanText.BUDGETS_NOT_READ);
    }

    private record Ran(int exitCode, List<String> calls) {}

    /**
     * Runs the script with a kubectl that writes down how it is called.
     *
     * @param fails the node that cannot be drained; null if all can
     */
    private Ran run(ScanReport report, @Nullable String fails) throws Exception {
        StringWriter script = new StringWriter();
        DrainScript.write(report, new PrintWriter(script));
        Path file = Files.writeString(folder.resolve("drain.sh"), script.toString());
        Path kubectl = Files.writeString(folder.resolve("kubectl"), """
                #!/bin/sh
                echo "$@" >>'%s'
                [ "$1 $2" != 'drain %s' ]
                """.formatted(folder.resolve("calls"), fails));
        assertThat(kubectl.toFile().setExecutable(true)).isTrue();
        ProcessBuilder shell = new ProcessBuilder("sh", file.toString()).redirectErrorStream(true);
        shell.environment().put("PATH", folder + ":" + System.getenv("PATH"));
        Process process = shell.start();
        process.getInputStream().readAllBytes();
        int exitCode = process.waitFor();
        Path calls = folder.resolve("calls");
        return new Ran(exitCode, Files.exists(calls) ? Files.readAllLines(calls) : List.of());
    }

    private static final String FLAGS = " --ignore-daemonsets --timeout=15m";

    @Test
    void theScriptCordonsAllBeforeItDrainsOneByOne() throws Exception {
        Scan scan = scan(broken("a", "-"), broken("b; touch c", "-"), Nodes.healthy("good"));
        assertThat(run(scan.report(), null))
                .isEqualTo(new Ran(0, List.of("cordon a b; touch c", "drain a" + FLAGS, "drain b; touch c" + FLAGS)));
    }

    @Test
    void theScriptStopsAtANodeThatCannotBeDrained() throws Exception {
        Scan scan = scan(broken("a", "-"), broken("b", "-"), Nodes.healthy("good"));
        assertThat(run(scan.report(), "a")).isEqualTo(new Ran(1, List.of("cordon a b", "drain a" + FLAGS)));
    }

    /** The script refuses by itself where evicted pods would find no node. */
    @ParameterizedTest
    @CsvSource({"true, 1", "false, 0"})
    void theScriptDoesNothing(boolean isFlagged, int exitCode) throws Exception {
        NodeFacts cordoned =
                Nodes.read("{kind: Node, apiVersion: v1, metadata: {name: b}, spec: {unschedulable: true}}");
        Scan scan = isFlagged ? scan(broken("a", "-"), cordoned) : scan(Nodes.healthy("good"));
        assertThat(run(scan.report(), null)).isEqualTo(new Ran(exitCode, List.of()));
    }

    /** What stands in comments and in quotes is chosen by others. */
    @Test
    void shellcheckHasNothingToComplainAbout() throws Exception {
        Scan scan = scan(broken("a'b", "x`y"), broken("c\\nd", "-"), Nodes.healthy("good"));
        add(scan, "a'b", "web", MANAGED, EXEC, "False 3");
        scan.setExhausted(List.of(budget("web\nrm -rf x", "web")));
        StringWriter script = new StringWriter();
        DrainScript.write(scan.report(), new PrintWriter(script));
        assertThat(Stream.of(script.toString().split("\n", -1))).noneMatch(line -> line.startsWith("rm "));
        Process process = new ProcessBuilder(
                        External.program("shellcheck").toString(),
                        Files.writeString(folder.resolve("drain.sh"), script.toString())
                                .toString())
                .redirectErrorStream(true)
                .start();
        assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEmpty();
    }
}
