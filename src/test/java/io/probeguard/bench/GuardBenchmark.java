package io.probeguard.bench;

import io.probeguard.catalogue.Catalogue;
import io.probeguard.node.Fleet;
import io.probeguard.node.NodeFacts;
import io.probeguard.node.Nodes;
import io.probeguard.policy.Guard;
import io.probeguard.policy.Mode;
import io.probeguard.policy.Policy;
import io.probeguard.policy.Review;
import io.probeguard.probe.Pods;
import io.probeguard.probe.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a judgement costs against many nodes of which one in a hundred is flagged. {@code ./mvnw -Pbench verify} runs it.
 *
 * <p>The pod has two exec probes, a node selector and an affinity, so that all nodes have to be looked at at first sight.
 */
@State(Scope.Benchmark)
@BenchmarkMode(org.openjdk.jmh.annotations.Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class GuardBenchmark {
    private static final Policy REWRITE = Policy.DEFAULT.withMode(Mode.REWRITE);

    @Param({"5000", "65000"})
    public int nodes;

    private Fleet fleet;
    private Workload seen;
    private Workload withoutExec;
    private final List<Workload> unseen = new ArrayList<>();
    private int next;

    @Setup
    public void setUp() {
        List<NodeFacts> facts = new ArrayList<>();
        for (int i = 0; i < nodes; i++) {
            NodeFacts node = i % 100 == 0 ? Nodes.broken("n" + i) : Nodes.healthy("n" + i);
            Map<String, String> labels = Map.of(
                    "kubernetes.io/os",
                    "linux",
                    "zone",
                    "z" + i % 3,
                    "kubernetes.io/hostname",
                    node.name(),
                    "pool",
                    "p" + i % 7);
            facts.add(new NodeFacts(
                    node.name(), labels, node.taints(), null, node.packages(), node.build(), node.info()));
        }
        fleet = Fleet.of(facts, Catalogue.builtIn());
        seen = pod("z9");
        withoutExec = Pods.pod("containers: [{name: app, livenessProbe: {httpGet: {port: 80}}}]");
        // More than the fleet remembers, so that none is remembered when its turn comes again.
        for (int i = 0; i < 5000; i++) {
            unseen.add(pod("u" + i));
        }
    }

    private static Workload pod(String otherZone) {
        return Pods.pod("""
                nodeSelector: {kubernetes.io/os: linux},
                affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [
                  {matchExpressions: [{key: zone, operator: In, values: [z0, z1, %s]}, {key: pool, operator: NotIn, values: [p6]}]}]}}},
                tolerations: [{key: node.kubernetes.io/not-ready, operator: Exists, effect: NoExecute}],
                containers: [{name: app, livenessProbe: {exec: {command: [x]}, periodSeconds: 4},
                  readinessProbe: {exec: {command: [x]}, periodSeconds: 4}}]""".formatted(otherZone));
    }

    /** A pod of a workload whose placement was asked for before. */
    @Benchmark
    public Review seenBefore() {
        return Guard.review(seen, fleet, REWRITE);
    }

    /** The first pod of a workload. */
    @Benchmark
    public Review firstSight() {
        next = (next + 1) % unseen.size();
        return Guard.review(unseen.get(next), fleet, REWRITE);
    }

    /** A pod without exec probes: no node is asked. */
    @Benchmark
    public Review withoutExecProbes() {
        return Guard.review(withoutExec, fleet, REWRITE);
    }
}
