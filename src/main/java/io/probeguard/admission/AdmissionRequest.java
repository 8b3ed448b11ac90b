package io.probeguard.admission;

import io.probeguard.admission.Subject.WorkloadChange;
import org.jspecify.annotations.Nullable;

/**
 * What is read of an AdmissionReview's request.
 *
 * @param apiVersion of the review, which the answer repeats
 * @param operation CREATE, UPDATE, DELETE or CONNECT
 * @param isDryRun whether nothing comes of the request, whatever is answered
 * @param namespace null for what is in none
 * @param subject null where the request is none of ours: another kind, another subresource, or nothing with a PodSpec
 */
record AdmissionRequest(
        String apiVersion,
        String uid,
        String operation,
        boolean isDryRun,
        @Nullable String namespace,
        @Nullable Subject subject) {

    static final String V1 = "admission.k8s.io/v1";
    static final String V1BETA1 = "admission.k8s.io/v1beta1";

    /** Warnings came with v1; what an older API server does not know it drops. */
    boolean knowsWarnings() {
        return apiVersion.equals(V1);
    }

    boolean isCreate() {
        return operation.equals("CREATE");
    }

    /** Whether there is anything to judge: an update that changes nothing of what is read has been judged before. */
    boolean concernsUs() {
        if (subject == null || !(isCreate() || operation.equals("UPDATE"))) {
            return false;
        }
        return isCreate()
                || !(subject instanceof WorkloadChange change && change.now().equals(change.before()));
    }
}
