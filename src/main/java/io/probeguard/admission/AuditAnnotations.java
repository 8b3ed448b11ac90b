package io.probeguard.admission;

import io.probeguard.catalogue.CatalogueEntry;
import io.probeguard.node.Candidates;
import io.probeguard.policy.Action;
import io.probeguard.policy.Finding;
import io.probeguard.policy.Messages;
import io.probeguard.policy.Review;
import io.probeguard.text.Wording;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** What the audit log says about a review, under keys that the API server prefixes with the webhook's name. */
final class AuditAnnotations {
    private static final int MAX_FINDINGS = 50;

    private AuditAnnotations() {}

    /** Empty if there is nothing to say, as for a pod without exec probes. */
    static Map<String, String> of(Review review) {
        Map<String, String> annotations = new LinkedHashMap<>();
        if (review.note() != null) {
            annotations.put(
                    "left-alone",
                    Wording.clean(
                            review.note().reason().word() + ": " + review.note().detail()));
        }
        if (review.steering() != null) {
            annotations.put("steered", Messages.steered(review.steering()));
        }
        if (!review.findings().isEmpty()) {
            Finding first = review.findings().get(0);
            annotations.put("action", review.action().word());
            annotations.put(
                    "builds", first.builds().stream().map(CatalogueEntry::id).collect(Collectors.joining(",")));
            if (first.candidates() != null) {
                annotations.put("nodes", nodes(first.candidates()));
            }
            annotations.put("findings", findings(review));
        }
        return annotations;
    }

    private static String nodes(Candidates candidates) {
        int observed = candidates.observed().size();
        return candidates.confirmed().size() + " flagged, " + (observed == 0 ? "" : observed + " observed, ")
                + candidates.suspected().size() + " suspected of " + candidates.count();
    }

    private static String findings(Review review) {
        return Wording.list(
                review.findings().stream()
                        .map(finding -> Wording.clean(finding.container()) + "/" + finding.handler() + "="
                                + (finding.action() == Action.REWRITE && finding.rewritten()
                                        ? "rewritten"
                                        : finding.action()))
                        .toList(),
                MAX_FINDINGS,
                ",");
    }
}
