package io.probeguard.server;

import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhook;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.probeguard.cluster.WebhookSuspension;

/**
 * Whether API servers have been told not to call the webhooks, as a webhook configuration says; what it said last while
 * the API server does not answer.
 */
final class WebhookCalls implements AutoCloseable {
    private final SharedIndexInformer<ValidatingWebhookConfiguration> informer;
    private volatile boolean areSuspended;

    /**
     * Starts to watch, and does not wait.
     *
     * @param configuration name of both our webhook configurations, which are suspended together
     */
    WebhookCalls(KubernetesClient client, String configuration) {
        informer = client.admissionRegistration()
                .v1()
                .validatingWebhookConfigurations()
                .withName(configuration)
                .runnableInformer(0)
                .exceptionHandler((started, e) -> true)
                .addEventHandler(new ResourceEventHandler<>() {
                    @Override
                    public void onAdd(ValidatingWebhookConfiguration added) {
                        areSuspended = isSuspended(added);
                    }

                    @Override
                    public void onUpdate(
                            ValidatingWebhookConfiguration before, ValidatingWebhookConfiguration updated) {
                        areSuspended = isSuspended(updated);
                    }

                    @Override
                    public void onDelete(ValidatingWebhookConfiguration deleted, boolean finalStateUnknown) {
                        areSuspended = false;
                    }
                });
        informer.start();
    }

    private static boolean isSuspended(ValidatingWebhookConfiguration configuration) {
        return configuration.getWebhooks().stream().anyMatch(WebhookCalls::isSuspended);
    }

    private static boolean isSuspended(ValidatingWebhook webhook) {
        return webhook.getMatchConditions().stream()
                        .anyMatch(condition -> WebhookSuspension.CONDITION.equals(condition.getName()))
                || WebhookSuspension.LABELLED.equals(webhook.getObjectSelector());
    }

    boolean areSuspended() {
        return areSuspended;
    }

    @Override
    public void close() {
        informer.stop();
    }
}
