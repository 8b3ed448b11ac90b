package io.probeguard.evidence;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.probeguard.cluster.ApiFailures;
import io.probeguard.text.SourceText;
import io.probeguard.yaml.Document;
import io.probeguard.yaml.DocumentException;
import io.probeguard.yaml.Documents;
import java.util.List;
import java.util.Set;
import java.util.stream.StreamSupport;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a cluster's pods need and a canary pod does not have: such as {@code hostNetwork} where there is no CNI, a pull
 * policy or a runtime class. A part of a Pod that is merged into it: objects key by key, where null removes; lists
 * replace what was there, but for {@code spec.containers}, whose items are merged into the container of their name, or
 * into each for the name {@value #EVERY_CONTAINER}.
 */
public final class CanaryPatch {
    private static final String EVERY_CONTAINER = "*";
    private static final Set<String> PARTS = Set.of("apiVersion", "kind", "metadata", "spec");
    private static final JsonPointer CONTAINERS = JsonPointer.valueOf("/spec/containers");

    private final Document document;

    private CanaryPatch(Document document) {
        this.document = document;
    }

    /** @throws DocumentException if the text is no part of a Pod */
    public static CanaryPatch read(SourceText text) {
        Document document = Documents.parseOne(text);
        if (!document.tree().isObject()) {
            throw document.error(JsonPointer.empty(), "expected a part of a Pod, such as {spec: {hostNetwork: true}}");
        }
        for (String key : document.tree().propertyNames()) {
            if (!PARTS.contains(key)) {
                throw document.error(
                        JsonPointer.empty().appendProperty(key), "no part of a Pod; allowed: metadata, spec");
            }
        }
        return new CanaryPatch(document);
    }

    /** @throws DocumentException if it names a container that the pod does not have, or a value does not fit */
    Pod applyTo(Pod pod) {
        JsonMapper mapper = JsonMapper.shared();
        ObjectNode patched = (ObjectNode) mapper.readTree(Serialization.asJson(pod));
        JsonNode containers = patched.at(CONTAINERS).deepCopy();
        merge(patched, document.tree());
        JsonNode wanted = document.tree().at(CONTAINERS);
        if (!wanted.isMissingNode()) {
            mergeContainers(containers, wanted);
            ((ObjectNode) patched.path("spec")).set("containers", containers);
        }
        try {
            return Serialization.unmarshal(mapper.writeValueAsString(patched), Pod.class);
        } catch (KubernetesClientException e) { // which is what the client makes of a value that does not fit
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw document.error(JsonPointer.empty(), "does not fit a Pod: " + ApiFailures.firstLine(cause));
        }
    }

    private void mergeContainers(JsonNode containers, JsonNode wanted) {
        if (!wanted.isArray()) {
            throw document.error(CONTAINERS, "expected a list");
        }
        for (int i = 0; i < wanted.size(); i++) {
            JsonNode patch = wanted.get(i);
            String name = patch.path("name").asString("");
            List<ObjectNode> named = StreamSupport.stream(containers.spliterator(), false)
                    .filter(container -> name.equals(EVERY_CONTAINER)
                            || name.equals(container.path("name").asString()))
                    .map(ObjectNode.class::cast)
                    .toList();
            if (named.isEmpty() && !CanaryPod.CONTAINERS.contains(name)) {
                throw document.error(
                        CONTAINERS.appendIndex(i),
                        "no container \"" + name + "\" in a canary pod; allowed: \"" + EVERY_CONTAINER + "\" for each, "
                                + String.join(", ", CanaryPod.CONTAINERS));
            }
            for (ObjectNode container : named) {
                String own = container.path("name").asString();
                merge(container, patch);
                container.put("name", own);
            }
        }
    }

    /** As JSON merge patches do (RFC 7386). */
    private static void merge(ObjectNode target, JsonNode patch) {
        for (String key : patch.propertyNames()) {
            JsonNode value = patch.get(key);
            if (value.isNull()) {
                target.remove(key);
            } else if (value.isObject()) {
                ObjectNode inner = target.get(key) instanceof ObjectNode present ? present : target.putObject(key);
                merge(inner, value);
            } else {
                target.set(key, value.deepCopy());
            }
        }
    }
}
