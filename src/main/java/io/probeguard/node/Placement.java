package io.probeguard.node;

import io.probeguard.node.NodeFacts.Taint;
import io.probeguard.probe.PodSpec;
import io.probeguard.probe.PodSpec.NodeSelectorRequirement;
import io.probeguard.probe.PodSpec.NodeSelectorTerm;
import io.probeguard.probe.PodSpec.Toleration;
import io.probeguard.probe.Workload;
import io.probeguard.probe.WorkloadKind;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * On which nodes a pod could run, as the scheduler's filters decide it from the PodSpec: {@code nodeName}, {@code
 * nodeSelector}, required node affinity, and taints with tolerations (pkg/scheduler/framework/plugins/nodeaffinity,
 * tainttoleration and nodeunschedulable of kubernetes/kubernetes).
 *
 * @param affinity ORed terms; null where there is no required node affinity
 */
record Placement(
        @Nullable String nodeName,
        Map<String, String> nodeSelector,
        @Nullable List<NodeSelectorTerm> affinity,
        List<Toleration> tolerations) {

    private static final String NAME_FIELD = "metadata.name";

    /** What the DaemonSet controller adds to its pods (pkg/controller/daemon/util/daemonset_util.go). */
    private static final List<Toleration> DAEMON_TOLERATIONS = List.of(
            new Toleration("node.kubernetes.io/not-ready", "Exists", null, "NoExecute"),
            new Toleration("node.kubernetes.io/unreachable", "Exists", null, "NoExecute"),
            new Toleration("node.kubernetes.io/disk-pressure", "Exists", null, "NoSchedule"),
            new Toleration("node.kubernetes.io/memory-pressure", "Exists", null, "NoSchedule"),
            new Toleration("node.kubernetes.io/pid-pressure", "Exists", null, "NoSchedule"),
            new Toleration("node.kubernetes.io/unschedulable", "Exists", null, "NoSchedule"));

    static Placement of(Workload workload) {
        PodSpec pod = workload.pod();
        List<Toleration> tolerations = pod.tolerations();
        if (workload.kind() == WorkloadKind.DAEMON_SET) {
            tolerations = new ArrayList<>(tolerations);
            tolerations.addAll(DAEMON_TOLERATIONS);
        }
        String nodeName = pod.nodeName() == null || pod.nodeName().isEmpty() ? null : pod.nodeName();
        return new Placement(nodeName, pod.nodeSelector(), pod.requiredNodeAffinity(), tolerations);
    }

    /**
     * The names of the only possible nodes, where the pod is on a node already or is pinned to some, as the DaemonSet
     * controller pins its pods; null where any node is possible.
     */
    @Nullable
    Set<String> pinnedTo() {
        if (nodeName != null) {
            return Set.of(nodeName);
        }
        if (affinity == null || affinity.isEmpty()) {
            return null;
        }
        Set<String> names = new HashSet<>();
        for (NodeSelectorTerm term : affinity) {
            var byName = term.matchFields().stream()
                    .filter(field -> NAME_FIELD.equals(field.key()) && "In".equals(field.operator()))
                    .findFirst();
            if (byName.isEmpty()) {
                return null;
            }
            names.addAll(byName.get().values());
        }
        return names;
    }

    /** The rows of a table on whose nodes the pod could run. */
    BitSet admitted(NodeTable nodes) {
        if (nodeName != null) {
            return nodes.named(Set.of(nodeName)); // set by hand or bound already: the scheduler has no say
        }
        BitSet admitted = selected(nodes);
        if (affinity != null && !admitted.isEmpty()) {
            BitSet matching = new BitSet();
            affinity.forEach(term -> matching.or(matching(term, nodes)));
            admitted.and(matching);
        }
        if (!admitted.isEmpty()) {
            admitted.and(nodes.taints().where(this::tolerates));
        }
        return admitted;
    }

    private BitSet selected(NodeTable nodes) {
        BitSet selected = nodes.all();
        for (Map.Entry<String, String> wanted : nodeSelector.entrySet()) {
            if (selected.isEmpty()) {
                break;
            }
            selected.and(nodes.label(wanted.getKey()).where(value -> Objects.equals(wanted.getValue(), value)));
        }
        return selected;
    }

    private static BitSet matching(NodeSelectorTerm term, NodeTable nodes) {
        if (term.isEmpty()) {
            return new BitSet();
        }
        BitSet matching = nodes.all();
        for (NodeSelectorRequirement field : term.matchFields()) {
            matching.and(matchingName(field, nodes));
        }
        for (NodeSelectorRequirement expression : term.matchExpressions()) {
            if (matching.isEmpty()) {
                break;
            }
            matching.and(
                    expression.key() == null
                            ? matches(expression, null) ? nodes.all() : new BitSet()
                            : nodes.label(expression.key()).where(value -> matches(expression, value)));
        }
        return matching;
    }

    /** Names are all that can be selected by, and these only by In and NotIn (pkg/apis/core/validation/validation.go). */
    private static BitSet matchingName(NodeSelectorRequirement field, NodeTable nodes) {
        BitSet named = nodes.named(field.values());
        if (NAME_FIELD.equals(field.key()) && "In".equals(field.operator())) {
            return named;
        }
        if (NAME_FIELD.equals(field.key()) && "NotIn".equals(field.operator())) {
            named.flip(0, nodes.rows().size());
            return named;
        }
        return new BitSet();
    }

    private static boolean matches(NodeSelectorRequirement requirement, @Nullable String value) {
        if (requirement.operator() == null) {
            return false;
        }
        return switch (requirement.operator()) {
            case "In" -> value != null && requirement.values().contains(value);
            case "NotIn" -> value == null || !requirement.values().contains(value);
            case "Exists" -> value != null;
            case "DoesNotExist" -> value == null;
            case "Gt" -> compare(requirement, value) > 0;
            case "Lt" -> compare(requirement, value) < 0;
            default -> false;
        };
    }

    /** Compares the label with the one integer that Gt and Lt take; 0 where either is not an integer. */
    private static int compare(NodeSelectorRequirement requirement, @Nullable String value) {
        if (value == null || requirement.values().size() != 1) {
            return 0;
        }
        try {
            return Long.compare(
                    Long.parseLong(value), Long.parseLong(requirement.values().get(0)));
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private boolean tolerates(List<Taint> taints) {
        for (Taint taint : taints) {
            if (taint.repels() && tolerations.stream().noneMatch(toleration -> tolerates(toleration, taint))) {
                return false;
            }
        }
        return true;
    }

    private static boolean tolerates(Toleration toleration, Taint taint) {
        String effect = Objects.requireNonNullElse(toleration.effect(), "");
        String key = Objects.requireNonNullElse(toleration.key(), "");
        if (!effect.isEmpty() && !effect.equals(taint.effect())) {
            return false;
        }
        if (!key.isEmpty() && !key.equals(taint.key())) {
            return false;
        }
        String operator = Objects.requireNonNullElse(toleration.operator(), "");
        return operator.equals("Exists")
                || ((operator.isEmpty() || operator.equals("Equal"))
                        && !key.isEmpty()
                        && taint.value().equals(Objects.requireNonNullElse(toleration.value(), "")));
    }
}
