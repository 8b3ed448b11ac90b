package io.probeguard.server;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfigurationBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.RuleWithOperations;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.RuleWithOperationsBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfigurationBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.WebhookClientConfig;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.WebhookClientConfigBuilder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.json.JsonMapper;

/** The webhook configurations that make an API server call this server. */
public final class WebhookManifest {
    private static final String NAME = "probe-guard";
    private static final int TIMEOUT_SECONDS = 2;
    private static final List<String> VERSIONS = List.of("v1", "v1beta1");

    private WebhookManifest() {}

    /**
     * Both configurations as YAML: they fail open, and have no side effects.
     *
     * @param url without a path
     * @param trusted certificates in PEM
     * @param excluded namespaces for which the server is not called
     */
    public static String of(String url, String trusted, List<String> excluded) {
        return yaml(mutating(url, trusted, namespaces(excluded))) + "---\n"
                + yaml(validating(url, trusted, namespaces(excluded)));
    }

    private static HasMetadata mutating(String url, String trusted, LabelSelector namespaces) {
        return new MutatingWebhookConfigurationBuilder()
                .withNewMetadata()
                .withName(NAME)
                .endMetadata()
                .addNewWebhook()
                .withName("rewrite.probe-guard.io")
                .withClientConfig(client(url + "/mutate", trusted))
                .withRules(rule("", List.of("CREATE"), "pods"))
                .withNamespaceSelector(namespaces)
                .withFailurePolicy("Ignore")
                .withMatchPolicy("Equivalent")
                .withReinvocationPolicy("IfNeeded")
                .withSideEffects("None")
                .withTimeoutSeconds(TIMEOUT_SECONDS)
                .withAdmissionReviewVersions(VERSIONS)
                .endWebhook()
                .build();
    }

    private static HasMetadata validating(String url, String trusted, LabelSelector namespaces) {
        List<String> writes = List.of("CREATE", "UPDATE");
        return new ValidatingWebhookConfigurationBuilder()
                .withNewMetadata()
                .withName(NAME)
                .endMetadata()
                .addNewWebhook()
                .withName("review.probe-guard.io")
                .withClientConfig(client(url + "/validate", trusted))
                .withRules(
                        rule("", List.of("CREATE"), "pods"),
                        rule("", writes, "replicationcontrollers", "podtemplates"),
                        rule("apps", writes, "deployments", "statefulsets", "daemonsets", "replicasets"),
                        rule("batch", writes, "jobs", "cronjobs"),
                        rule("", writes, "namespaces"))
                .withNamespaceSelector(namespaces)
                .withFailurePolicy("Ignore")
                .withMatchPolicy("Equivalent")
                .withSideEffects("None")
                .withTimeoutSeconds(TIMEOUT_SECONDS)
                .withAdmissionReviewVersions(VERSIONS)
                .endWebhook()
                .build();
    }

    private static WebhookClientConfig client(String url, String trusted) {
        return new WebhookClientConfigBuilder()
                .withUrl(url)
                .withCaBundle(Base64.getEncoder().encodeToString(trusted.getBytes(StandardCharsets.UTF_8)))
                .build();
    }

    private static RuleWithOperations rule(String group, List<String> operations, String... resources) {
        return new RuleWithOperationsBuilder()
                .withOperations(operations)
                .withApiGroups(group)
                .withApiVersions("*")
                .withResources(resources)
                .build();
    }

    /** The API server sets this label from Kubernetes 1.21 on; before, it selects every namespace. */
    private static LabelSelector namespaces(List<String> excluded) {
        return new LabelSelectorBuilder()
                .addNewMatchExpression()
                .withKey("kubernetes.io/metadata.name")
                .withOperator("NotIn")
                .withValues(excluded)
                .endMatchExpression()
                .build();
    }

    private static String yaml(HasMetadata object) {
        DumperOptions options = new DumperOptions();
        options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        options.setSplitLines(false);
        return new Yaml(options)
                .dump(JsonMapper.builderWithJackson2Defaults().build().convertValue(object, Map.class));
    }
}
