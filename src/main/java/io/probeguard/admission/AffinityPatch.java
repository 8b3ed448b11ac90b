package io.probeguard.admission;

import io.probeguard.admission.PodPatch.Operation;
import io.probeguard.node.NodeFacts;
import io.probeguard.policy.Steering;
import io.probeguard.policy.SteeringMode;
import io.probeguard.probe.PodSpec.Affinity;
import io.probeguard.probe.PodSpec.NodeAffinity;
import io.probeguard.probe.PodSpec.NodeSelectorRequirement;
import io.probeguard.probe.PodSpec.NodeSelectorTerm;
import io.probeguard.probe.PodSpec.PreferredSchedulingTerm;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Adds to a pod's node affinity that it avoids nodes with the label {@value NodeFacts#FLAGGED_LABEL}. What the pod itself
 * asks for still holds; a pod that has the requirement already is not changed.
 */
final class AffinityPatch {
    private static final String AFFINITY = "/spec/affinity";
    private static final String NODE_AFFINITY = AFFINITY + "/nodeAffinity";
    private static final String REQUIRED_FIELD = "requiredDuringSchedulingIgnoredDuringExecution";
    private static final String PREFERRED_FIELD = "preferredDuringSchedulingIgnoredDuringExecution";
    private static final int WEIGHT = 100;

    private AffinityPatch() {}

    /** @param present the pod's affinity; null if it has none */
    static List<Operation> of(@Nullable Affinity present, Steering steering) {
        NodeSelectorRequirement away = new NodeSelectorRequirement(NodeFacts.FLAGGED_LABEL, "NotIn", steering.builds());
        NodeAffinity nodes = present == null ? null : present.nodeAffinity();
        return steering.how() == SteeringMode.REQUIRE
                ? required(present, nodes, away)
                : preferred(present, nodes, away);
    }

    /** Terms are ORed, so each gets the requirement; an empty term matches no node, and stays empty. */
    private static List<Operation> required(
            @Nullable Affinity present, @Nullable NodeAffinity nodes, NodeSelectorRequirement away) {
        if (nodes == null || nodes.requiredDuringSchedulingIgnoredDuringExecution() == null) {
            return List.of(
                    member(present, nodes, REQUIRED_FIELD, Map.of("nodeSelectorTerms", List.of(matching(away)))));
        }
        List<NodeSelectorTerm> terms =
                nodes.requiredDuringSchedulingIgnoredDuringExecution().nodeSelectorTerms();
        List<Operation> operations = new ArrayList<>();
        for (int i = 0; i < terms.size(); i++) {
            NodeSelectorTerm term = terms.get(i);
            if (!term.isEmpty() && !term.matchExpressions().contains(away)) {
                String expressions =
                        NODE_AFFINITY + "/" + REQUIRED_FIELD + "/nodeSelectorTerms/" + i + "/matchExpressions";
                operations.add(
                        term.matchExpressions().isEmpty()
                                ? Operation.add(expressions, List.of(requirement(away)))
                                : Operation.add(expressions + "/-", requirement(away)));
            }
        }
        return operations;
    }

    private static List<Operation> preferred(
            @Nullable Affinity present, @Nullable NodeAffinity nodes, NodeSelectorRequirement away) {
        List<PreferredSchedulingTerm> terms =
                nodes == null ? List.of() : nodes.preferredDuringSchedulingIgnoredDuringExecution();
        NodeSelectorTerm others = new NodeSelectorTerm(List.of(away), List.of());
        if (terms.stream().anyMatch(term -> others.equals(term.preference()))) {
            return List.of();
        }
        Map<String, Object> added = Map.of("weight", WEIGHT, "preference", matching(away));
        return List.of(
                terms.isEmpty()
                        ? member(present, nodes, PREFERRED_FIELD, List.of(added))
                        : Operation.add(NODE_AFFINITY + "/" + PREFERRED_FIELD + "/-", added));
    }

    /** Sets a member of the node affinity, and adds the objects around it if they are missing. */
    private static Operation member(
            @Nullable Affinity present, @Nullable NodeAffinity nodes, String field, Object value) {
        if (present == null) {
            return Operation.add(AFFINITY, Map.of("nodeAffinity", Map.of(field, value)));
        }
        return nodes == null
                ? Operation.add(NODE_AFFINITY, Map.of(field, value))
                : Operation.add(NODE_AFFINITY + "/" + field, value);
    }

    private static Map<String, Object> matching(NodeSelectorRequirement requirement) {
        return Map.of("matchExpressions", List.of(requirement(requirement)));
    }

    private static Map<String, Object> requirement(NodeSelectorRequirement requirement) {
        return Map.of("key", requirement.key(), "operator", requirement.operator(), "values", requirement.values());
    }
}
