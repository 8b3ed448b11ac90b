package io.probeguard.yaml;

import io.probeguard.yaml.Mappings.MarkedNodeException;
import java.math.BigInteger;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Locale;
import java.util.Set;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Turns a composed YAML document into the JSON tree that a Kubernetes client would send for it. */
final class JsonTrees {
    /** Far above any real manifest; a few aliases can stand for billions of values ("billion laughs"). */
    private static final long MAX_VALUES = 5_000_000;

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final Set<String> TRUE = Set.of("true", "yes", "on");

    private final IdentityHashMap<Node, JsonNode> done = new IdentityHashMap<>();
    private final IdentityHashMap<Node, Long> sizes = new IdentityHashMap<>();
    private final Set<Node> open = Collections.newSetFromMap(new IdentityHashMap<>());

    private final Mappings mappings;

    private JsonTrees(Mappings mappings) {
        this.mappings = mappings;
    }

    /** @param mappings of the same document */
    static JsonNode of(Node root, Mappings mappings) {
        return new JsonTrees(mappings).convert(root);
    }

    private JsonNode convert(Node node) {
        JsonNode known = done.get(node);
        if (known != null) {
            return known;
        }
        if (!open.add(node)) {
            throw new MarkedNodeException("an alias refers to a value that contains it", node);
        }
        JsonNode tree;
        if (node instanceof MappingNode mapping) {
            tree = object(mapping);
        } else if (node instanceof SequenceNode sequence) {
            tree = array(sequence);
        } else {
            tree = scalar((ScalarNode) node);
        }
        open.remove(node);
        done.put(node, tree);
        return tree;
    }

    private ObjectNode object(MappingNode mapping) {
        ObjectNode object = JSON.objectNode();
        long[] size = {1};
        mappings.entries(mapping).forEach((key, tuple) -> {
            object.set(key, convert(tuple.getValueNode()));
            size[0] += sizes.getOrDefault(tuple.getValueNode(), 1L);
        });
        measure(mapping, size[0]);
        return object;
    }

    private ArrayNode array(SequenceNode sequence) {
        ArrayNode array = JSON.arrayNode();
        long size = 1;
        for (Node item : sequence.getValue()) {
            array.add(convert(item));
            size += sizes.getOrDefault(item, 1L);
        }
        measure(sequence, size);
        return array;
    }

    private void measure(Node node, long size) {
        if (size > MAX_VALUES) {
            throw new MarkedNodeException("aliases expand to more than " + MAX_VALUES + " values", node);
        }
        sizes.put(node, size);
    }

    private static JsonNode scalar(ScalarNode scalar) {
        Tag tag = scalar.getTag();
        String text = scalar.getValue();
        if (Tag.NULL.equals(tag)) {
            return JSON.nullNode();
        }
        if (Tag.BOOL.equals(tag)) {
            return JSON.booleanNode(TRUE.contains(text.toLowerCase(Locale.ROOT)));
        }
        if (Tag.INT.equals(tag)) {
            return integer(text);
        }
        if (Tag.FLOAT.equals(tag)) {
            return number(text);
        }
        return JSON.stringNode(text);
    }

    private static JsonNode integer(String text) {
        String digits = text.replace("_", "");
        try {
            return digits.startsWith("0b")
                    ? JSON.numberNode(Integer.parseInt(digits.substring(2), 2))
                    : small(Long.decode(digits));
        } catch (NumberFormatException notLong) {
            try {
                return JSON.numberNode(new BigInteger(digits));
            } catch (NumberFormatException sexagesimal) {
                return JSON.stringNode(text); // 1:30 is a number in YAML 1.1 only; kubectl reads a string
            }
        }
    }

    private static JsonNode small(long value) {
        return (int) value == value ? JSON.numberNode((int) value) : JSON.numberNode(value);
    }

    private static JsonNode number(String text) {
        try {
            double value = Double.parseDouble(text.replace("_", ""));
            // On its way to the API server 5.0 becomes 5.
            return value == Math.rint(value) && Math.abs(value) < 1e15 ? small((long) value) : JSON.numberNode(value);
        } catch (NumberFormatException special) {
            return JSON.stringNode(text); // .inf and .nan have no JSON form
        }
    }
}
