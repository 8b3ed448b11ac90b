package io.probeguard.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.probeguard.catalogue.Catalogue;
import io.probeguard.node.NodeFacts.Taint;
import io.probeguard.probe.Pods;
import io.probeguard.probe.Workload;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

/** However a fleet came to be, its candidates are those of its nodes one by one. */
class FleetPropertyTest {
    private static final Catalogue CATALOGUE = Catalogue.builtIn();
    private static final List<Workload> WORKLOADS = List.of(
            Pods.pod(""),
            Pods.pod("nodeSelector: {zone: a}"),
            Pods.pod("nodeSelector: {zone: b, pool: p1}"),
            Pods.pod("nodeSelector: {hostname: n3}"),
            Pods.pod("tolerations: [{key: dedicated, operator: Exists}]"),
            Pods.pod(affinity("{matchExpressions: [{key: zone, operator: NotIn, values: [a]}]}")),
            Pods.pod(affinity("{matchExpressions: [{key: pool, operator: Exists}]}, {matchFields: [{key: metadata.name,"
                    + " operator: In, values: [n1, n9]}]}")),
            Pods.pod(affinity("{matchFields: [{key: metadata.name, operator: NotIn, values: [n2]}]}")),
            Pods.pod(affinity("{matchFields: [{key: metadata.name, operator: In, values: [n4, gone]}]}")));

    private static String affinity(String terms) {
        return "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [" + terms
                + "]}}}";
    }

    /**
     * What becomes of a node.
     *
     * @param zone null for a node that is gone
     */
    private record Change(int number, @Nullable String zone, String pool, boolean isTainted, boolean isBroken) {
        String name() {
            return "n" + number;
        }

        @Nullable
        NodeFacts facts() {
            if (zone == null) {
                return null;
            }
            Map<String, String> labels = new HashMap<>(Map.of("zone", zone, "hostname", name()));
            if (!pool.isEmpty()) {
                labels.put("pool", pool);
            }
            NodeFacts like = isBroken ? Nodes.broken(name()) : Nodes.healthy(name());
            List<Taint> taints = isTainted ? List.of(new Taint("dedicated", "x", "NoSchedule")) : List.of();
            return new NodeFacts(name(), labels, taints, null, like.packages(), null, like.info());
        }
    }

    @Provide
    Arbitrary<List<List<Change>>> histories() {
        Arbitrary<Boolean> either = Arbitraries.of(true, false);
        return Combinators.combine(
                        Arbitraries.integers().between(0, 9),
                        Arbitraries.of("a", "b").injectNull(0.3),
                        Arbitraries.of("", "p1", "p2"),
                        either,
                        either)
                .as(Change::new)
                .list()
                .ofMaxSize(8)
                .list()
                .ofMinSize(1)
                .ofMaxSize(6);
    }

    @Property(tries = 300)
    void changesLeadToWhatAFreshFleetHas(@ForAll("histories") List<List<Change>> history) {
        Map<String, NodeFacts> nodes = new TreeMap<>();
        Fleet fleet = Fleet.of(List.of(), CATALOGUE);
        for (List<Change> changes : history) {
            Map<String, @Nullable NodeFacts> changed = new HashMap<>();
            for (Change change : changes) {
                changed.put(change.name(), change.facts());
            }
            changed.forEach((name, facts) -> {
                if (facts == null) {
                    nodes.remove(name);
                } else {
                    nodes.put(name, facts);
                }
            });
            fleet = fleet.with(changed, CATALOGUE, Map.of(), RuntimeClasses.UNKNOWN);
            assertThat(fleet.members())
                    .extracting(Fleet.Member::facts)
                    .containsExactlyInAnyOrderElementsOf(nodes.values());
            for (Workload workload : WORKLOADS) {
                assertSame(workload, fleet, nodes.values());
            }
        }
    }

    private static void assertSame(Workload workload, Fleet fleet, Collection<NodeFacts> nodes) {
        List<Candidates> one = nodes.stream()
                .map(node -> Nodes.fleet(node).candidates(workload))
                .toList();
        Candidates all = fleet.candidates(workload);
        assertThat(all.count())
                .as("%s", workload)
                .isEqualTo(one.stream().mapToInt(Candidates::count).sum());
        assertThat(all.flagged().names())
                .containsExactlyInAnyOrderElementsOf(one.stream()
                        .flatMap(each -> each.flagged().names().stream())
                        .toList());
    }
}
