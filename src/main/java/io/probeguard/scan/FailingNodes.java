package io.probeguard.scan;

import io.probeguard.probe.PodState;
import io.probeguard.probe.Workload;
import io.probeguard.probe.Workload.Identity;
import io.probeguard.scan.ScanReport.FailingNode;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Finds nodes that nothing flags although their pods look as if exec were broken there: pods of {@value #WORKLOADS} different
 * workloads with exec probes or hooks fail, and they do so more often than the others of that node. What the pods show is
 * there also when kubelets have dropped their Events.
 */
final class FailingNodes {
    /** As many as Events must name. */
    static final int WORKLOADS = 3;

    private final Set<String> flagged;
    private final Instant now;
    private final Map<String, Tally> nodes = new HashMap<>();

    /** @param flagged the names of nodes of which more is known */
    FailingNodes(Set<String> flagged, Instant now) {
        this.flagged = flagged;
        this.now = now;
    }

    private static final class Tally {
        final Set<String> workloads = new TreeSet<>();
        int execPods;
        int failing;
        int otherPods;
        int othersFailing;

        boolean isSuspicious() {
            boolean moreThanOthers = otherPods == 0 || (double) failing / execPods > (double) othersFailing / otherPods;
            return workloads.size() >= WORKLOADS && moreThanOthers;
        }
    }

    void add(Workload pod, boolean execs) {
        PodState state = pod.state();
        String node = pod.pod().nodeName();
        if (state == null || node == null || flagged.contains(node)) {
            return;
        }
        Tally tally = nodes.computeIfAbsent(node, none -> new Tally());
        boolean failing = state.isFailing(now);
        if (execs) {
            tally.execPods++;
            if (failing) {
                tally.failing++;
                tally.workloads.add(name(pod.namespace(), pod.owner()));
            }
        } else {
            tally.otherPods++;
            tally.othersFailing += failing ? 1 : 0;
        }
    }

    private static String name(@Nullable String namespace, Identity owner) {
        return owner.kind() + " " + (namespace == null ? "" : namespace + "/") + owner.name();
    }

    /** Those on which most pods fail first. */
    List<FailingNode> report() {
        return nodes.entrySet().stream()
                .filter(node -> node.getValue().isSuspicious())
                .map(node -> new FailingNode(
                        node.getKey(),
                        List.copyOf(node.getValue().workloads),
                        node.getValue().execPods,
                        node.getValue().failing,
                        node.getValue().otherPods,
                        node.getValue().othersFailing))
                .sorted(Comparator.comparingInt(FailingNode::failing).reversed().thenComparing(FailingNode::name))
                .toList();
    }
}
