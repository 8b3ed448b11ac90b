package io.probeguard.admission;

import io.probeguard.node.Fleet;
import io.probeguard.policy.Action;
import io.probeguard.policy.Guard;
import io.probeguard.policy.Policy;
import io.probeguard.policy.Review;
import io.probeguard.policy.Words;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Answers admission requests. The two webhooks have no side effects: a dry run is just a run, and the same request
 * always gets the same answer.
 */
public final class Admission {
    private final Supplier<Fleet> fleet;
    private final Policy policy;

    /** @param fleet the nodes as they are known at each moment; asked once a request */
    public Admission(Supplier<Fleet> fleet, Policy policy) {
        this.fleet = fleet;
        this.policy = policy;
    }

    /** Which of the two webhooks is asked. */
    public enum Webhook {
        /** Only patches. */
        MUTATE,
        /** Only warns and denies, so that people are told each thing once. */
        VALIDATE
    }

    /**
     * Answers an AdmissionReview with one, both as JSON.
     *
     * @param deadline when the API server stops waiting, by {@link System#nanoTime()}; what arrives later is allowed
     *     without a judgement, which would only delay those that are still waited for
     * @throws MalformedReviewException if the body is no AdmissionReview of a version that is understood
     */
    public byte[] answer(Webhook webhook, byte[] body, long deadline) throws MalformedReviewException {
        AdmissionRequest request = AdmissionReader.read(body);
        return respond(webhook, request, deadline).toJson(request.apiVersion());
    }

    private AdmissionResponse respond(Webhook webhook, AdmissionRequest request, long deadline) {
        if (!request.concernsUs()) {
            return AdmissionResponse.allowed(request.uid());
        }
        if (System.nanoTime() - deadline > 0) {
            return new AdmissionResponse(
                    request.uid(), true, null, null, null, null, Map.of("left-alone", "deadline: arrived too late"));
        }
        try {
            Review review = Guard.review(request.object(), fleet.get(), policy);
            return webhook == Webhook.MUTATE ? mutate(request, review) : validate(request, review);
        } catch (RuntimeException e) {
            throw new IllegalStateException("request " + request.uid() + " could not be judged", e);
        }
    }

    /** Probes are fixed once a pod is there, and templates stay as their authors wrote them. */
    private static AdmissionResponse mutate(AdmissionRequest request, Review review) {
        boolean patchable = request.isCreate() && review.workload().isPod();
        byte[] patch = patchable ? TimingPatch.of(review) : null;
        return new AdmissionResponse(
                request.uid(),
                true,
                null,
                patch == null ? null : "JSONPatch",
                patch == null ? null : Base64.getEncoder().encodeToString(patch),
                null,
                patchable ? AuditAnnotations.of(review, List.of()) : null);
    }

    private static AdmissionResponse validate(AdmissionRequest request, Review review) {
        boolean pod = review.workload().isPod();
        if (review.action() == Action.DENY && pod && request.isCreate()) {
            return new AdmissionResponse(
                    request.uid(),
                    false,
                    new AdmissionResponse.Status(403, "Forbidden", Words.denial(review)),
                    null,
                    null,
                    null,
                    AuditAnnotations.of(review, List.of()));
        }
        List<String> warnings = Words.warnings(review, pod);
        boolean told = request.knowsWarnings();
        return new AdmissionResponse(
                request.uid(),
                true,
                null,
                null,
                null,
                told && !warnings.isEmpty() ? warnings : null,
                AuditAnnotations.of(review, told ? List.of() : warnings));
    }
}
