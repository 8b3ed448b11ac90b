package io.probeguard.console;

import io.probeguard.background.BackgroundReview.Pass;
import io.probeguard.decision.Decision;
import io.probeguard.decision.Decision.Outcome;
import io.probeguard.decision.Decisions;
import io.probeguard.decision.RecentDecisions;
import io.probeguard.decision.RecentDecisions.CountedDecision;
import io.probeguard.decision.RecentDecisions.Period;
import io.probeguard.node.Fleet;
import io.probeguard.node.NodeFacts;
import io.probeguard.node.Nodes;
import io.probeguard.policy.Mode;
import io.probeguard.policy.Policy;
import io.probeguard.probe.Workload;
import io.probeguard.probe.Workload.Identity;
import io.probeguard.probe.WorkloadKind;
import io.probeguard.probe.WorkloadMapper;
import io.probeguard.probe.WorkloadShape;
import io.probeguard.scan.Scan;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Three nodes, of which node-2 is flagged and node-3 suspected, and generated workloads on them, which are really judged. */
public final class SampleData implements ConsoleData {
    private final Instant now = Clock.systemUTC().instant();
    private static final List<Outcome> OUTCOMES = List.of(Outcome.values());
    private static final String BUILD = "docker-el7-1.13.1-84";

    private final Policy policy = Policy.DEFAULT.withMode(Mode.REWRITE);
    private final Fleet fleet = Nodes.fleet(
            Nodes.healthy("node-1"),
            new NodeFacts(
                    "node-2",
                    Map.of("kops.k8s.io/instancegroup", "nodes-a"),
                    List.of(),
                    null,
                    Nodes.BAD_DOCKER,
                    null,
                    Nodes.EL7_DOCKER),
            Nodes.node("node-3", Nodes.EL7_DOCKER));
    private final Scan scan = new Scan(fleet, policy, namespace -> null);
    private @Nullable Pass pass;
    private volatile @Nullable String catalogueRejected;
    private volatile Map<String, RecentDecisions> decisions = Map.of();

    /** @param workloads the number of Deployments, each with a pod on the flagged node and two findings */
    public SampleData(int workloads) {
        for (int i = 0; i < workloads; i++) {
            add("team-" + i % 40, "web-" + i, "app-" + i % 7, 3 + i % 10);
        }
    }

    /** @param reason why changes of the catalogue are not in use; null if they are */
    public void rejectCatalogue(@Nullable String reason) {
        catalogueRejected = reason;
    }

    /** A Deployment's pod on node-2. */
    public void add(String namespace, String deployment, String container, int period) {
        WorkloadShape shape = WorkloadMapper.INSTANCE.readValue(
                WorkloadMapper.INSTANCE.writeValueAsString(Map.of(
                        "metadata",
                        Map.of(
                                "name",
                                deployment + "-6f9c8d7b5-x2x4z",
                                "namespace",
                                namespace,
                                "ownerReferences",
                                List.of(Map.of(
                                        "kind", "ReplicaSet", "name", deployment + "-6f9c8d7b5", "controller", true))),
                        "spec",
                        Map.of(
                                "nodeName",
                                "node-2",
                                "containers",
                                List.of(Map.of(
                                        "name",
                                        container,
                                        "livenessProbe",
                                        Map.of("exec", Map.of(), "periodSeconds", period),
                                        "readinessProbe",
                                        Map.of("exec", Map.of(), "periodSeconds", period)))))),
                WorkloadShape.Pod.class);
        add(Objects.requireNonNull(shape.toWorkload(WorkloadKind.POD, namespace)));
    }

    /** A pod. */
    public synchronized void add(Workload pod) {
        scan.add(pod);
        pass = null;
    }

    /** Two replicas with many decisions in the last day. */
    public void busyDay() {
        List<Period> history = new ArrayList<>();
        long span = Decisions.PERIOD.toSeconds();
        for (int i = 47; i >= 0; i--) {
            Instant start = Instant.ofEpochSecond(now.getEpochSecond() / span * span - i * span);
            history.add(new Period(
                    start,
                    Map.of(
                            Outcome.REWRITTEN,
                            20 + 15 * (i % 5),
                            Outcome.WARNED,
                            10 + i % 7 * 4,
                            Outcome.DENIED,
                            i % 9 == 0 ? 8 : 0,
                            Outcome.SKIPPED,
                            i % 4)));
        }
        List<CountedDecision> entries = new ArrayList<>();
        for (int i = 0; i < 120; i++) {
            entries.add(new CountedDecision(
                    new Decision(
                            "team-" + i % 6,
                            new Identity(i % 5 == 0 ? "StatefulSet" : "Deployment", "web-" + i),
                            OUTCOMES.get(i % 4),
                            List.of(BUILD)),
                    1 + i % 12,
                    now.minusSeconds(60L * i)));
        }
        RecentDecisions recent = new RecentDecisions(entries, history);
        decisions = Map.of(
                "probe-guard-7d9f-a1",
                recent,
                "probe-guard-7d9f-b2",
                new RecentDecisions(List.of(entries.get(0)), List.of()));
    }

    /** Replaces the latest decisions by one; the history stays. */
    public void decide(Decision decision) {
        List<Period> history = RecentDecisions.merged(decisions.values()).history();
        decisions = Map.of(
                "probe-guard-7d9f-a1", new RecentDecisions(List.of(new CountedDecision(decision, 1, now)), history));
    }

    @Override
    public Policy policy() {
        return policy;
    }

    @Override
    public Fleet fleet() {
        return fleet;
    }

    @Override
    public @Nullable String nodesProblem() {
        return null;
    }

    @Override
    public boolean isSuspended() {
        return false;
    }

    @Override
    public Map<String, RecentDecisions> decisions() {
        return decisions;
    }

    @Override
    public synchronized Pass reviewed() {
        if (pass == null) {
            pass = new Pass(now, Duration.ofSeconds(1), scan.report(), 0, true);
        }
        return pass;
    }

    @Override
    public @Nullable String catalogueRejected() {
        return catalogueRejected;
    }

    @Override
    public @Nullable String reviewProblem() {
        return null;
    }
}
