package io.probeguard.cluster;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The caBundle of every webhook in our own two configurations: what API servers trust when they call us. For one thread.
 */
final class CaBundles {
    private static final Logger LOG = LoggerFactory.getLogger(CaBundles.class);
    private final KubernetesClient client;
    private final WebhookConfigurations configurations;

    /** @param name of both configurations */
    CaBundles(KubernetesClient client, String name) {
        this.client = client;
        this.configurations = new WebhookConfigurations(client, name);
    }

    List<Resource<GenericKubernetesResource>> configurations() {
        return configurations.both();
    }

    /**
     * Whether both configurations trust exactly these.
     *
     * @param trusted certificates in PEM
     */
    boolean hold(String trusted) {
        String bundle = encoded(trusted);
        return configurations().stream().allMatch(configuration -> {
            GenericKubernetesResource present = configuration.get();
            return present != null
                    && clientConfigs(present).stream()
                            .allMatch(clientConfig -> bundle.equals(clientConfig.get("caBundle")));
        });
    }

    /** Makes every configuration that exists trust exactly these. */
    void inject(String trusted) {
        String bundle = encoded(trusted);
        for (Resource<GenericKubernetesResource> configuration : configurations()) {
            GenericKubernetesResource present = configuration.get();
            if (present != null) {
                boolean isNew = false;
                for (Map<String, Object> clientConfig : clientConfigs(present)) {
                    isNew |= !bundle.equals(clientConfig.put("caBundle", bundle));
                }
                if (isNew) {
                    client.resource(present).update();
                    LOG.info(
                            "updated caBundle of {} {}",
                            present.getKind(),
                            present.getMetadata().getName());
                }
            }
        }
    }

    private static String encoded(String pem) {
        return Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.UTF_8));
    }

    @SuppressWarnings("unchecked") // the shape is the API server's
    private static List<Map<String, Object>> clientConfigs(GenericKubernetesResource configuration) {
        return WebhookConfigurations.webhooks(configuration).stream()
                .map(webhook -> (Map<String, Object>) webhook.get("clientConfig"))
                .toList();
    }
}
