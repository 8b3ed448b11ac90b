package io.probeguard.admission;

import io.probeguard.admission.Subject.WorkloadChange;
import org.jspecify.annotations.Nullable;

/**
 * The part of an AdmissionReview's request that is read.
 *
 * @param apiVersion of the review, which the answer repeats
 * @param operation CREATE, UPDATE, DELETE or CONNECT
 * @param isDryRun whether nothing is stored, whatever the answer
 * @param namespace null for cluster-scoped objects
 * @param subject null if there is nothing to review: another kind, another subresource, or nothing with a PodSpec
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

    /** Warnings came with v1; older API servers drop them. */
    boolean knowsWarnings() {
        return apiVersion.equals(V1);
    }

    boolean isCreate() {
        return operation.equals("CREATE");
    }

    /** Whether there is anything to review: an update that changes nothing of what is read was reviewed before. */
    boolean needsReview() {
        if (subject == null || !(isCreate() || operation.equals("UPDATE"))) {
            return false;
        }
        return isCreate()
                || !(subject instanceof WorkloadChange change
                        && !change.now().isEmpty()
                        && change.now().equals(change.before()));
    }
}
