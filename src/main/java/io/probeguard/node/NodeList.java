package io.probeguard.node;

import io.fabric8.kubernetes.api.model.Node;
import io.probeguard.text.SourceText;
import io.probeguard.yaml.Document;
import io.probeguard.yaml.DocumentException;
import io.probeguard.yaml.Documents;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads nodes as kubectl prints them: with {@code -o yaml} or {@code -o json}, or for people. */
public final class NodeList {
    private static final JsonMapper MAPPER = JsonMapper.builderWithJackson2Defaults()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private static final String EXPECTED = "; expected the output of \"kubectl get nodes -o yaml\"";

    private NodeList() {}

    /**
     * Reads every Node of a text: single ones, and those inside a List or NodeList.
     *
     * @throws DocumentException if the text cannot be read, or has no nodes, or has objects of another kind
     */
    public static List<NodeFacts> read(SourceText text) {
        List<NodeFacts> forPeople = NodeText.read(text);
        List<NodeFacts> nodes = forPeople == null ? objects(text) : forPeople;
        if (nodes.isEmpty()) {
            throw new DocumentException(text.name(), 0, 1, "no nodes found" + EXPECTED);
        }
        return nodes;
    }

    private static List<NodeFacts> objects(SourceText text) {
        Documents documents = Documents.parse(text);
        if (!documents.unreadable().isEmpty()) {
            throw documents.unreadable().get(0).error();
        }
        List<NodeFacts> nodes = new ArrayList<>();
        for (Document document : documents.documents()) {
            JsonNode items = document.tree().path("items");
            if (items.isArray()) {
                for (int i = 0; i < items.size(); i++) {
                    nodes.add(node(document, JsonPointer.valueOf("/items/" + i), kindOfItems(document.tree())));
                }
            } else if (!document.tree().isNull()) {
                nodes.add(node(document, JsonPointer.empty(), "Node"));
            }
        }
        return nodes;
    }

    /** The items of a NodeList, like those of a PodList, have no kind of their own. */
    private static String kindOfItems(JsonNode list) {
        String kind = list.path("kind").asString("List");
        return kind.endsWith("List") && !kind.equals("List")
                ? kind.substring(0, kind.length() - "List".length())
                : "Node";
    }

    private static NodeFacts node(Document document, JsonPointer pointer, String defaultKind) {
        JsonNode tree = document.tree().at(pointer);
        String kind = tree.path("kind").asString(defaultKind);
        if (!kind.equals("Node")) {
            throw document.error(pointer, "expected a Node, found a " + kind + EXPECTED);
        }
        Node node = document.read(pointer, value -> MAPPER.treeToValue(value, Node.class));
        if (node == null || node.getMetadata() == null || node.getMetadata().getName() == null) {
            throw document.error(pointer, "metadata.name is required" + EXPECTED);
        }
        return NodeFacts.of(node);
    }
}
