package io.probeguard.admission;

import io.probeguard.admission.Subject.NamespaceChange;
import io.probeguard.node.ClusterState.Listing;
import io.probeguard.node.Fleet;
import io.probeguard.policy.Action;
import io.probeguard.policy.Finding;
import io.probeguard.policy.Guard;
import io.probeguard.policy.Mode;
import io.probeguard.policy.Policy;
import io.probeguard.policy.Review;
import io.probeguard.policy.SteeringMode;
import io.probeguard.probe.Workload;
import io.probeguard.probe.Workload.Identity;
import io.probeguard.text.Wording;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Warnings for users who set a namespace's mode label: that it is not a mode, that it may not relax the policy's mode, or
 * which running pods the mode would affect. A namespace is never denied.
 */
final class NamespaceReview {
    /** As in Pod Security Admission. */
    static final int MAX_PODS = 3000;

    private static final int MAX_OWNERS = 3;

    private NamespaceReview() {}

    /** @param deadline of the request, by {@link System#nanoTime()} */
    static List<String> warnings(
            NamespaceChange change, boolean isCreate, Policy policy, Fleet fleet, PodQueries pods, long deadline) {
        String label = change.label();
        if (label == null || (!isCreate && label.equals(change.labelBefore()))) {
            return List.of();
        }
        Mode byPolicy = policy.modeFor(change.name());
        Mode wanted = Mode.find(label).orElse(null);
        if (wanted == null) {
            return List.of("label " + Policy.MODE_LABEL + ": \"" + Wording.clean(label)
                    + "\" is not a mode (off, warn, rewrite, deny), mode " + byPolicy + " applies");
        }
        if (policy.isSystem(change.name()) && wanted.compareTo(Mode.WARN) > 0) {
            return List.of("label " + Policy.MODE_LABEL + ": nothing in namespace " + change.name()
                    + " is rewritten or refused, mode " + byPolicy + " applies");
        }
        Policy there = policy.inNamespace(change.name(), label);
        Mode mode = there.modeFor(change.name());
        if (mode != wanted) {
            return List.of("label " + Policy.MODE_LABEL + ": the policy lets namespaces only tighten the mode, mode "
                    + mode + " applies");
        }
        boolean acts = mode == Mode.REWRITE || mode == Mode.DENY;
        if (isCreate || !acts) {
            return List.of();
        }
        return pods.areAnswered()
                ? affected(pods.in(change.name(), MAX_PODS, deadline), mode, there, fleet)
                : List.of(
                        "mode " + mode + ": which pods it would affect is told only to callers that are authenticated;"
                                + " see \"probe-guard scan\"");
    }

    private static List<String> affected(Listing listing, Mode mode, Policy policy, Fleet fleet) {
        int count = 0;
        Map<String, Integer> byOwner = new TreeMap<>();
        for (Workload pod : listing.pods()) {
            // A mode takes effect when a pod is created, before its node is known.
            Review recreated = Guard.review(pod.on(null), fleet, policy);
            if (recreated.steering() != null
                    || recreated.findings().stream().anyMatch(finding -> changes(finding, mode))) {
                count++;
                byOwner.merge(owner(pod), 1, Integer::sum);
            }
        }
        List<String> warnings = new ArrayList<>();
        if (count > 0) {
            warnings.add("mode " + mode + ": " + count + " of " + listing.pods().size() + " pods would be "
                    + (mode == Mode.DENY
                            ? "denied"
                            : policy.steer() == SteeringMode.OFF ? "relaxed" : "relaxed or steered")
                    + " when recreated: " + names(byOwner));
        }
        if (!listing.complete()) {
            warnings.add("mode " + mode + ": only the first " + listing.pods().size() + " pods were checked");
        }
        return warnings;
    }

    private static boolean changes(Finding finding, Mode mode) {
        return mode == Mode.DENY
                ? finding.action() == Action.DENY
                : finding.action() == Action.REWRITE && !finding.rewritten();
    }

    /** The topmost controller; never the pod's own name, of which there are too many. */
    private static String owner(Workload pod) {
        Identity top = pod.owner();
        return pod.controller() == null ? "no controller" : top.kind() + " " + Wording.clean(top.name());
    }

    private static String names(Map<String, Integer> byOwner) {
        return Wording.list(
                byOwner.entrySet().stream()
                        .map(owner -> owner.getKey() + " (" + owner.getValue() + ")")
                        .toList(),
                MAX_OWNERS);
    }
}
