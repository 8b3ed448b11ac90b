package io.probeguard.scan;

import io.probeguard.catalogue.CatalogueEntry;
import io.probeguard.cluster.DisruptionBudget;
import io.probeguard.node.FlaggedNodes.Node;
import io.probeguard.node.Fleet;
import io.probeguard.node.NodePool;
import io.probeguard.node.Trust;
import io.probeguard.probe.PodState;
import io.probeguard.probe.Workload;
import io.probeguard.scan.DrainPlan.Pool;
import io.probeguard.scan.DrainPlan.Step;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Collects what a drain of the flagged nodes would evict. */
final class DrainPlanner {
    private static final Comparator<@Nullable String> NAMED_FIRST = Comparator.nullsLast(Comparator.naturalOrder());

    private final Map<String, Tally> toDrain = new HashMap<>();
    private final Map<String, String> pools = new HashMap<>();
    private final Map<@Nullable String, Integer> poolSizes = new HashMap<>();
    private final int otherNodes;

    private record Evicted(
            String namespace, String name, @Nullable PodState state) {
        boolean isHeldBackBy(DisruptionBudget budget) {
            return budget.namespace().equals(namespace) && state != null && budget.holdsBack(name, state.ready());
        }
    }

    private static final class Tally {
        final Node node;
        final List<Evicted> evicted = new ArrayList<>();
        final List<String> unmanaged = new ArrayList<>();
        int execPods;
        int unready;
        int restarts;

        Tally(Node node) {
            this.node = node;
        }

        List<String> remedies() {
            return node.flag().builds().stream()
                    .map(CatalogueEntry::remedy)
                    .distinct()
                    .toList();
        }
    }

    /** @param trust by which the policy acts on flags */
    DrainPlanner(Fleet fleet, Trust trust) {
        int others = 0;
        for (Fleet.Member member : fleet.members()) {
            String name = member.facts().name();
            String pool = NodePool.of(member.facts().labels());
            if (pool != null) {
                pools.put(name, pool);
            }
            poolSizes.merge(pool, 1, Integer::sum);
            if (member.flagged() != null && trust.acts(member.flagged())) {
                toDrain.put(name, new Tally(member.flagged()));
            } else if (member.facts().isSchedulable()) {
                others++;
            }
        }
        this.otherNodes = others;
    }

    /** The pool of a node; null where it is in none, or not known. */
    @Nullable
    String pool(@Nullable String node) {
        return node == null ? null : pools.get(node);
    }

    /** @param execs whether it has exec probes or hooks */
    void add(Workload pod, boolean execs) {
        Tally tally =
                pod.pod().nodeName() == null ? null : toDrain.get(pod.pod().nodeName());
        if (tally == null) {
            return;
        }
        PodState state = pod.state();
        if (execs) {
            tally.execPods++;
            tally.unready += state == null || state.ready() ? 0 : 1;
            tally.restarts += state == null ? 0 : state.restarts();
        }
        if (!pod.isDaemon() && pod.annotations().mirror() == null) {
            String namespace = Objects.requireNonNullElse(pod.namespace(), "");
            tally.evicted.add(new Evicted(namespace, pod.name(), state));
            if (pod.controller() == null) {
                tally.unmanaged.add(namespace + "/" + pod.name());
            }
        }
    }

    /** The namespaces of the pods that it would evict. */
    Set<String> namespaces() {
        Set<String> namespaces = new HashSet<>();
        toDrain.values().forEach(tally -> tally.evicted.forEach(pod -> namespaces.add(pod.namespace)));
        return namespaces;
    }

    /** @param exhausted budgets that allow no disruption now; null where they are not known */
    DrainPlan plan(@Nullable List<DisruptionBudget> exhausted) {
        List<Step> steps = toDrain.values().stream()
                .map(tally -> step(tally, exhausted == null ? List.of() : exhausted))
                .sorted(Comparator.comparing((Step step) -> !step.heldBackBy().isEmpty())
                        .thenComparing(Comparator.comparingInt(Step::unready).reversed())
                        .thenComparing(Comparator.comparingInt(Step::restarts).reversed())
                        .thenComparing(Comparator.comparingInt(Step::execPods).reversed())
                        .thenComparing(Step::pool, NAMED_FIRST)
                        .thenComparing(Step::node))
                .toList();
        return new DrainPlan(steps, pools(steps), otherNodes, exhausted != null);
    }

    private Step step(Tally tally, List<DisruptionBudget> exhausted) {
        return new Step(
                tally.node.name(),
                pool(tally.node.name()),
                tally.evicted.size(),
                tally.execPods,
                tally.unready,
                tally.restarts,
                tally.unmanaged.stream().sorted().toList(),
                exhausted.stream()
                        .filter(budget -> tally.evicted.stream().anyMatch(pod -> pod.isHeldBackBy(budget)))
                        .toList(),
                tally.remedies());
    }

    private List<Pool> pools(List<Step> steps) {
        Map<String, List<Step>> byPool =
                steps.stream().collect(Collectors.groupingBy(step -> Objects.requireNonNullElse(step.pool(), "")));
        return byPool.values().stream()
                .map(of -> new Pool(
                        of.get(0).pool(),
                        poolSizes.getOrDefault(of.get(0).pool(), 0),
                        of.size(),
                        of.stream().mapToInt(Step::execPods).sum(),
                        of.stream().mapToInt(Step::unready).sum(),
                        of.stream().mapToInt(Step::restarts).sum()))
                .sorted(Comparator.comparingInt(Pool::unready)
                        .thenComparingInt(Pool::restarts)
                        .thenComparingInt(Pool::execPods)
                        .reversed()
                        .thenComparing(Pool::name, NAMED_FIRST))
                .toList();
    }
}
