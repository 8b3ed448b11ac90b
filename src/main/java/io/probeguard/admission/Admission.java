package io.probeguard.admission;

import io.probeguard.admission.Subject.Binding;
import io.probeguard.admission.Subject.NamespaceChange;
import io.probeguard.admission.Subject.TooLarge;
import io.probeguard.admission.Subject.WorkloadChange;
import io.probeguard.node.ClusterState;
import io.probeguard.node.Fleet;
import io.probeguard.policy.Action;
import io.probeguard.policy.Guard;
import io.probeguard.policy.Messages;
import io.probeguard.policy.Policy;
import io.probeguard.policy.Review;
import io.probeguard.probe.NotJudgedReason;
import io.probeguard.probe.Workload;
import io.probeguard.text.Wording;
import java.time.Duration;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Answers admission requests. The two webhooks have no side effects: a dry run is answered like any other request, and
 * the same request always gets the same answer.
 */
public final class Admission {
    private final ClusterState clusterState;
    private final Policy policy;
    private final Observer observer;
    private final PodQueries pods;

    /** For callers that are authenticated. */
    public Admission(ClusterState clusterState, Policy policy, Observer observer) {
        this(clusterState, policy, observer, new PodQueries(clusterState, /* knowsCallers= */ true));
    }

    private Admission(ClusterState clusterState, Policy policy, Observer observer, PodQueries pods) {
        this.clusterState = clusterState;
        this.policy = policy;
        this.observer = observer;
        this.pods = pods;
    }

    /** The same for callers that may be anybody: of pods it tells nothing but what they sent. */
    public Admission forAnybody() {
        return new Admission(clusterState, policy, observer, new PodQueries(clusterState, /* knowsCallers= */ false));
    }

    /** Which of the two webhooks is called. */
    public enum Webhook {
        /** Only patches. */
        MUTATE,
        /** Only warns and denies, so that people see each message once. */
        VALIDATE
    }

    /**
     * Answers an AdmissionReview with one, both as JSON.
     *
     * @param deadline when the API server stops waiting, by {@link System#nanoTime()}; a request that arrives later is
     *     allowed without a review, which would only delay requests that are still waited for
     * @throws MalformedReviewException if the body is not an AdmissionReview of a supported version
     */
    public byte[] answer(Webhook webhook, byte[] body, long deadline) throws MalformedReviewException {
        long start = System.nanoTime();
        try {
            AdmissionRequest request = AdmissionReader.read(body);
            return respond(webhook, request, deadline).toJson(request.apiVersion());
        } finally {
            observer.answered(webhook, Duration.ofNanos(System.nanoTime() - start));
        }
    }

    private AdmissionResponse respond(Webhook webhook, AdmissionRequest request, long deadline) {
        if (!request.needsReview()) {
            return AdmissionResponse.allowed(request.uid());
        }
        if (System.nanoTime() - deadline > 0) {
            return AdmissionResponse.allowed(
                    request, List.of(), Map.of("left-alone", "deadline: the request arrived too late"));
        }
        try {
            Subject subject = request.subject();
            if (subject instanceof WorkloadChange change) {
                return judge(webhook, request, change);
            }
            if (subject == null || webhook == Webhook.MUTATE) {
                return AdmissionResponse.allowed(request.uid());
            }
            if (subject instanceof TooLarge) {
                return AdmissionResponse.allowed(
                        request, List.of(), Map.of("left-alone", "too-large: there is no memory for so many values"));
            }
            return subject instanceof NamespaceChange change
                    ? AdmissionResponse.allowed(
                            request,
                            NamespaceReview.warnings(
                                    change, request.isCreate(), policy, clusterState.fleet(), pods, deadline),
                            Map.of())
                    : reviewBinding(request, (Binding) subject, deadline);
        } catch (RuntimeException e) {
            throw new IllegalStateException("cannot review request " + request.uid(), e);
        }
    }

    private AdmissionResponse judge(Webhook webhook, AdmissionRequest request, WorkloadChange change) {
        List<Review> reviews = change.now().stream()
                .map(workload -> review(webhook, request, workload))
                .toList();
        if (reviews.size() == 1 && change.unjudged() == 0) {
            return webhook == Webhook.MUTATE ? mutate(request, reviews.get(0)) : validate(request, reviews.get(0));
        }
        return webhook == Webhook.MUTATE
                ? AdmissionResponse.allowed(request.uid())
                : validateCustom(request, reviews, change.unjudged());
    }

    private Review review(Webhook webhook, AdmissionRequest request, Workload workload) {
        Policy there = policyFor(workload.namespace());
        boolean pastMutation = webhook == Webhook.VALIDATE && workload.isPod();
        Review review = Guard.review(workload, clusterState.fleet(), pastMutation ? there.withoutSteering() : there);
        observer.reviewed(webhook, request.operation(), request.isDryRun(), review);
        return review;
    }

    /** A custom resource may embed several pods; the audit log has the most severe review of them. */
    private static AdmissionResponse validateCustom(AdmissionRequest request, List<Review> reviews, int unjudged) {
        List<String> warnings = reviews.stream()
                .flatMap(review -> Messages.warnings(review, false).stream())
                .distinct()
                .toList();
        Map<String, String> audit = new LinkedHashMap<>(reviews.stream()
                .max(Comparator.comparing(Review::action))
                .map(AuditAnnotations::of)
                .orElse(Map.of()));
        if (unjudged > 0) {
            audit.put(
                    "not-judged",
                    NotJudgedReason.CUSTOM_RESOURCE.word() + ": " + Wording.count(unjudged, "exec handler")
                            + " of containers in no PodSpec");
        }
        return AdmissionResponse.allowed(request, warnings, audit);
    }

    private Policy policyFor(@Nullable String namespace) {
        return namespace == null ? policy : policy.inNamespace(namespace, clusterState.modeLabel(namespace));
    }

    /** The probes of an existing pod are immutable, and templates stay as their authors wrote them. */
    private static AdmissionResponse mutate(AdmissionRequest request, Review review) {
        boolean patchable = request.isCreate() && review.workload().isPod();
        byte[] patch = patchable ? PodPatch.of(review) : null;
        return new AdmissionResponse(
                request.uid(),
                true,
                null,
                patch == null ? null : "JSONPatch",
                patch == null ? null : Base64.getEncoder().encodeToString(patch),
                null,
                patchable ? AuditAnnotations.of(review) : null);
    }

    private static AdmissionResponse validate(AdmissionRequest request, Review review) {
        boolean pod = review.workload().isPod();
        if (review.action() == Action.DENY && pod && request.isCreate()) {
            return new AdmissionResponse(
                    request.uid(),
                    false,
                    new AdmissionResponse.Status(403, "Forbidden", Messages.denial(review)),
                    null,
                    null,
                    null,
                    AuditAnnotations.of(review));
        }
        return AdmissionResponse.allowed(request, Messages.warnings(review, pod), AuditAnnotations.of(review));
    }

    /**
     * Warns in the scheduler's log and in the audit log about a pod that is bound to a flagged node. It is always allowed:
     * a scheduler whose binding is denied only retries.
     */
    private AdmissionResponse reviewBinding(AdmissionRequest request, Binding binding, long deadline) {
        Fleet fleet = clusterState.fleet();
        if (!fleet.isFlagged(binding.node())) {
            return AdmissionResponse.allowed(request.uid());
        }
        if (!pods.areAnswered()) {
            return AdmissionResponse.allowed(
                    request,
                    List.of(),
                    Map.of("left-alone", "caller-unknown: pods are read only for callers that are authenticated"));
        }
        Workload pod = pods.get(binding.namespace(), binding.pod(), deadline);
        if (pod == null) {
            return AdmissionResponse.allowed(
                    request, List.of(), Map.of("left-alone", "pod-unknown: the pod could not be read in time"));
        }
        Review review = Guard.review(pod.on(binding.node()), fleet, policyFor(binding.namespace()));
        return AdmissionResponse.allowed(request, Messages.warnings(review, true), AuditAnnotations.of(review));
    }
}
