package io.probeguard.evidence;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.probeguard.cluster.Inventory;
import io.probeguard.node.FlaggedNodes.Node;
import io.probeguard.node.Fleet;
import io.probeguard.node.Observation;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One look at how the kubelets of a cluster count probes. */
public final class CountedNodes {
    private static final int MAX_PODS = 300;
    private static final int MAX_NODES = 100;

    private CountedNodes() {}

    /**
     * What is seen of each node on which exec seems broken, by name. Of the API server it asks the pods of some nodes, since
     * only pods tell which handlers their probes have: at most 100 nodes, those that are suspected, and those where series
     * of several pods stand still, fail or take long.
     *
     * @param fleet the nodes as they are known so far
     * @throws UncheckedIOException if Prometheus does not answer
     * @throws KubernetesClientException if the API server does not
     */
    public static Map<String, Observation> look(Prometheus prometheus, Inventory inventory, Fleet fleet, Instant now) {
        ProbeCounts counts = ProbeCounts.read(prometheus);
        Map<String, Observation> seen = new HashMap<>();
        for (String node : nodes(counts, inventory, fleet)) {
            counts.on(inventory.podsOn(node), now).ifPresent(observation -> seen.put(node, observation));
        }
        return seen;
    }

    private static Set<String> nodes(ProbeCounts counts, Inventory inventory, Fleet fleet) {
        Map<String, Integer> suspicious = new HashMap<>();
        counts.suspiciousPods().stream()
                .limit(MAX_PODS)
                .map(pod -> inventory.nodeOf(pod.namespace(), pod.name()))
                .filter(Objects::nonNull)
                .forEach(node -> suspicious.merge(node, 1, Integer::sum));
        Stream<String> bySeries = suspicious.entrySet().stream()
                .filter(node -> node.getValue() >= ProbeCounts.WORKLOADS)
                .map(Map.Entry::getKey);
        Stream<String> byFlags = fleet.flagged().stream()
                .filter(node -> !node.flag().isConfirmed())
                .map(Node::name);
        return Stream.concat(byFlags, bySeries).limit(MAX_NODES).collect(Collectors.toCollection(LinkedHashSet::new));
    }
}
