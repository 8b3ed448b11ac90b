package io.probeguard.host;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.probeguard.node.NodeFacts;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/** The annotation of one node that lists its packages. Requires permission to get and patch that node, and no more. */
public final class NodeAnnotation implements AutoCloseable {
    /** After 1 s and more; the pod of a DaemonSet is restarted anyway. */
    private static final int RETRIES = 2;

    private final KubernetesClient client;
    private final String node;

    public NodeAnnotation(Config config, String node) {
        config.setRequestRetryBackoffLimit(RETRIES);
        this.client = new KubernetesClientBuilder().withConfig(config).build();
        this.node = node;
    }

    /**
     * Writes the annotation if its value changes, and nothing else.
     *
     * @param change from the present to the new value; null where there is, or should be, no annotation
     * @return whether it was written
     * @throws IOException if there is no such node, or the API server refuses or cannot be reached
     */
    public boolean write(UnaryOperator<@Nullable String> change) throws IOException {
        try {
            Resource<Node> resource = client.nodes().withName(node);
            Node present = resource.get();
            if (present == null) {
                throw new IOException("node \"" + node + "\" not found");
            }
            Map<String, String> annotations =
                    Objects.requireNonNullElse(present.getMetadata().getAnnotations(), Map.of());
            String before = annotations.get(NodeFacts.PACKAGES_ANNOTATION);
            String packages = change.apply(before);
            if (Objects.equals(before, packages)) {
                return false;
            }
            resource.patch(PatchContext.of(PatchType.JSON_MERGE), patch(packages));
            return true;
        } catch (KubernetesClientException e) {
            String reason = e.getStatus() == null || e.getStatus().getMessage() == null
                    ? String.valueOf((e.getCause() == null ? e : e.getCause()).getMessage())
                    : e.getStatus().getMessage();
            throw new IOException("node " + node + ": " + reason, e);
        }
    }

    private static String patch(@Nullable String packages) {
        var patch = JsonNodeFactory.instance.objectNode();
        patch.putObject("metadata").putObject("annotations").put(NodeFacts.PACKAGES_ANNOTATION, packages);
        return new JsonMapper().writeValueAsString(patch);
    }

    @Override
    public void close() {
        client.close();
    }
}
