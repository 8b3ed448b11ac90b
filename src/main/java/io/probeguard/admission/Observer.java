package io.probeguard.admission;

import io.probeguard.admission.Admission.Webhook;
import io.probeguard.policy.Review;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Is told of what the webhooks are asked, for metrics; must be quick. */
public interface Observer {
    Observer NONE = (webhook, operation, isDryRun, review) -> {};

    /**
     * There is a judgement on a pod or template.
     *
     * @param operation CREATE or UPDATE
     * @param isDryRun whether nothing comes of the request
     */
    void reviewed(Webhook webhook, String operation, boolean isDryRun, Review review);

    /**
     * A request was answered, whatever it was about and also if that failed.
     *
     * @param took from the whole body to the whole answer
     */
    default void answered(Webhook webhook, Duration took) {}

    /** Both are told. */
    default Observer and(Observer other) {
        Observer one = this;
        return new Observer() {
            @Override
            public void reviewed(Webhook webhook, String operation, boolean isDryRun, Review review) {
                one.reviewed(webhook, operation, isDryRun, review);
                other.reviewed(webhook, operation, isDryRun, review);
            }

            @Override
            public void answered(Webhook webhook, Duration took) {
                one.answered(webhook, took);
                other.answered(webhook, took);
            }
        };
    }

    /** Is told only while that is so. */
    default Observer when(BooleanSupplier isWanted) {
        Observer told = this;
        return new Observer() {
            @Override
            public void reviewed(Webhook webhook, String operation, boolean isDryRun, Review review) {
                if (isWanted.getAsBoolean()) {
                    told.reviewed(webhook, operation, isDryRun, review);
                }
            }

            @Override
            public void answered(Webhook webhook, Duration took) {
                if (isWanted.getAsBoolean()) {
                    told.answered(webhook, took);
                }
            }
        };
    }
}
