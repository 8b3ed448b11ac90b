package io.probeguard.cluster;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Our own two webhook configurations. For one thread. */
final class WebhookConfigurations {
    private static final List<String> KINDS = List.of("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration");

    private final KubernetesClient client;
    private final String name;
    private @Nullable List<Resource<GenericKubernetesResource>> both;

    /** @param name of both */
    WebhookConfigurations(KubernetesClient client, String name) {
        this.client = client;
        this.name = name;
    }

    /** Read without a typed model, so that no field is lost: v1 came with Kubernetes 1.16, v1beta1 went with 1.22. */
    List<Resource<GenericKubernetesResource>> both() {
        if (both == null) {
            String group = "admissionregistration.k8s.io/";
            String version = client.supports(group + "v1", KINDS.get(0)) ? "v1" : "v1beta1";
            both = KINDS.stream()
                    .map(kind -> client.genericKubernetesResources(group + version, kind)
                            .withName(name))
                    .toList();
        }
        return both;
    }

    /** The webhooks of one, as the API server has them; changes are made in the object. */
    static List<Map<String, Object>> webhooks(GenericKubernetesResource configuration) {
        List<Map<String, Object>> webhooks = configuration.get("webhooks");
        return webhooks == null ? List.of() : webhooks;
    }
}
