package io.probeguard.decision;

import io.probeguard.admission.Admission.Webhook;
import io.probeguard.catalogue.CatalogueEntry;
import io.probeguard.policy.Action;
import io.probeguard.policy.Finding;
import io.probeguard.policy.Review;
import io.probeguard.policy.Review.Reason;
import io.probeguard.probe.Workload;
import io.probeguard.probe.Workload.Identity;
import io.probeguard.text.Keyword;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What was done about a pod or template that can run on flagged nodes: what an admin wants to know of a review.
 *
 * @param namespace null for what is in none
 * @param workload what people know it by: its topmost controller; for a pod without one, its generateName, or else its name
 * @param builds that break exec on those nodes, the worst first
 */
public record Decision(@Nullable String namespace, Identity workload, Outcome outcome, List<String> builds) {
    /** No name in Kubernetes is longer, but the owner that a pod names may be. */
    private static final int MAX_NAME_LENGTH = 253;

    public Decision {
        Objects.requireNonNull(workload.kind());
        Objects.requireNonNull(workload.name());
        Objects.requireNonNull(outcome);
        builds = List.copyOf(builds);
    }

    public enum Outcome implements Keyword {
        /** A pod was created with relaxed timing, or steered away from nodes. */
        REWRITTEN,
        /** It was admitted as written, with a warning. */
        WARNED,
        DENIED,
        /** The policy does not apply to it: because of an annotation, an exemption, its mode, or as a static pod. */
        SKIPPED
    }

    /**
     * What was decided by a review. Only reviews of the validating webhook count, which sees what the mutating one has
     * made of a pod, so that no pod counts twice; those on templates that a controller created do not.
     *
     * @param operation CREATE or UPDATE
     * @return null where nothing was decided
     */
    public static @Nullable Decision of(Webhook webhook, String operation, Review review) {
        Workload workload = review.workload();
        boolean isGenerated = !workload.isPod() && workload.controller() != null;
        Outcome outcome = webhook == Webhook.VALIDATE && !isGenerated ? outcome(operation, review) : null;
        if (outcome == null) {
            return null;
        }
        return new Decision(
                workload.namespace(),
                name(workload),
                outcome,
                review.findings().stream()
                        .flatMap(finding -> finding.builds().stream())
                        .map(CatalogueEntry::id)
                        .distinct()
                        .toList());
    }

    private static @Nullable Outcome outcome(String operation, Review review) {
        if (review.note() != null) {
            return review.note().reason() == Reason.NO_CANDIDATES ? null : Outcome.SKIPPED;
        }
        boolean isNewPod = review.workload().isPod() && operation.equals("CREATE");
        boolean isRewritten = review.workload().annotations().steered() != null
                || review.findings().stream().anyMatch(Finding::rewritten);
        if (isNewPod && review.action() == Action.DENY) {
            return Outcome.DENIED;
        }
        if (isNewPod && isRewritten) {
            return Outcome.REWRITTEN;
        }
        return review.action().isActed() ? Outcome.WARNED : null;
    }

    private static Identity name(Workload workload) {
        Identity name =
                workload.controller() == null && !workload.generateName().isEmpty()
                        ? new Identity(workload.kindName(), workload.generateName())
                        : workload.owner();
        return new Identity(bounded(name.kind()), bounded(name.name()));
    }

    private static String bounded(String text) {
        return text.length() <= MAX_NAME_LENGTH ? text : text.substring(0, MAX_NAME_LENGTH);
    }
}
