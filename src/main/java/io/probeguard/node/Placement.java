package io.probeguard.node;

import io.probeguard.node.NodeFacts.Taint;
import io.probeguard.probe.PodSpec;
import io.probeguard.probe.PodSpec.NodeSelectorRequirement;
import io.probeguard.probe.PodSpec.NodeSelectorTerm;
import io.probeguard.probe.PodSpec.Toleration;
import io.probeguard.probe.Workload;
import io.probeguard.probe.WorkloadKind;
import java.util.ArrayList;
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

    boolean admits(NodeFacts node) {
        if (nodeName != null) {
            return nodeName.equals(node.name()); // set by hand or bound already: the scheduler has no say
        }
        return selects(node) && tolerates(node.taints());
    }

    private boolean selects(NodeFacts node) {
        for (Map.Entry<String, String> wanted : nodeSelector.entrySet()) {
            if (!Objects.equals(wanted.getValue(), node.labels().get(wanted.getKey()))) {
                return false;
            }
        }
        if (affinity == null) {
            return true;
        }
        for (NodeSelectorTerm term : affinity) {
            if (matches(term, node)) {
                return true;
            }
        }
        return false;
    }

    private static boolean matches(NodeSelectorTerm term, NodeFacts node) {
        if (term.isEmpty()) {
            return false;
        }
        for (NodeSelectorRequirement field : term.matchFields()) {
            if (!NAME_FIELD.equals(field.key()) || !matches(field, node.name())) {
                return false;
            }
        }
        for (NodeSelectorRequirement expression : term.matchExpressions()) {
            if (!matches(
                    expression, expression.key() == null ? null : node.labels().get(expression.key()))) {
                return false;
            }
        }
        return true;
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
