package io.probeguard.admission;

import io.probeguard.admission.Admission.Webhook;
import io.probeguard.policy.Review;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Called for reviews and answers of the webhooks, for metrics; must be quick. */
public interface Observer {
    Observer NONE = (webhook, operation, isDryRun, review) -> {};

    /**
     * A pod or template was reviewed.
     *
     * @param operation CREATE or UPDATE
     * @param isDryRun whether nothing is stored
     */
    void reviewed(Webhook webhook, String operation, boolean isDryRun, Review review);

    /**
     * A request was answered, whatever it was about, or answering it failed.
     *
     * @param took from the complete body to the complete answer
     */
    default void answered(Webhook webhook, Duration took) {}

    /** Calls both. */
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

    /** Called only while the condition holds. */
    default Observer when(BooleanSupplier condition) {
        Observer observer = this;
        return new Observer() {
            @Override
            public void reviewed(Webhook webhook, String operation, boolean isDryRun, Review review) {
                if (condition.getAsBoolean()) {
                    observer.reviewed(webhook, operation, isDryRun, review);
                }
            }

            @Override
            public void answered(Webhook webhook, Duration took) {
                if (condition.getAsBoolean()) {
                    observer.answered(webhook, took);
                }
            }
        };
    }
}
