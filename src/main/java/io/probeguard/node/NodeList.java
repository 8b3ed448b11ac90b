package io.probeguard.node;

import io.fabric8.kubernetes.api.model.Node;
import io.probeguard.yaml.Document;
import io.probeguard.yaml.DocumentException;
import io.probeguard.yaml.Documents;
import io.probeguard.yaml.Text;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads nodes as {@code kubectl get nodes -o yaml} or {@code -o json} prints them. */
public final class NodeList {
    private static final JsonMapper MAPPER = JsonMapper.builderWithJackson2Defaults()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private NodeList() {}

    /**
     * Reads every Node of a text: single ones, and those inside a List or NodeList.
     *
     * @throws DocumentException if the text cannot be read, or holds no nodes or something else
     */
    public static List<NodeFacts> read(Text text) {
        Documents documents = Documents.parse(text);
        if (!documents.unreadable().isEmpty()) {
            throw documents.unreadable().get(0).error();
        }
        List<NodeFacts> nodes = new ArrayList<>();
        for (Document document : documents.documents()) {
            JsonNode items = document.tree().path("items");
            if (items.isArray()) {
                for (int i = 0; i < items.size(); i++) {
                    nodes.add(node(document, JsonPointer.valueOf("/items/" + i)));
                }
            } else if (!document.tree().isNull()) {
                nodes.add(node(document, JsonPointer.empty()));
            }
        }
        if (nodes.isEmpty()) {
            throw new DocumentException(
                    text.name(), 0, 1, "no nodes here; expected what \"kubectl get nodes -o yaml\" prints");
        }
        return nodes;
    }

    private static NodeFacts node(Document document, JsonPointer pointer) {
        JsonNode tree = document.tree().at(pointer);
        // The items of a NodeList have no kind of their own.
        if (!tree.path("kind").asString("Node").equals("Node")) {
            throw document.error(
                    pointer,
                    "this is a " + tree.path("kind").asString() + ", not a Node; expected what"
                            + " \"kubectl get nodes -o yaml\" prints");
        }
        Node node = document.read(MAPPER, pointer, Node.class);
        if (node == null || node.getMetadata() == null || node.getMetadata().getName() == null) {
            throw document.error(
                    pointer, "a node without metadata.name; expected what \"kubectl get nodes -o yaml\"" + " prints");
        }
        return NodeFacts.of(node);
    }
}
