package io.probeguard.admission;

import io.probeguard.admission.Admission.Webhook;
import io.probeguard.policy.Review;

/** Is told of every judgement on a pod or template, for metrics; must be quick. */
public interface Observer {
    Observer NONE = (webhook, operation, isDryRun, review) -> {};

    /**
     * @param operation CREATE or UPDATE
     * @param isDryRun whether nothing comes of the request
     */
    void reviewed(Webhook webhook, String operation, boolean isDryRun, Review review);
}
