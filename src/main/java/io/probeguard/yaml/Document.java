package io.probeguard.yaml;

import io.probeguard.text.Keyword;
import io.probeguard.text.SourceText;
import io.probeguard.text.Wording;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.exc.InvalidFormatException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.exc.ValueInstantiationException;

/** One document of a {@link SourceText}: its JSON tree, and the place of each of its values. */
public final class Document {
    /** Of a key in a path, in code points: a path is written for each error below it. */
    private static final int MAX_KEY = 253;

    private final SourceText text;
    private final int index;
    private final int start;
    private final Node root;
    private final JsonNode tree;
    private final Mappings mappings;

    /** Of mappings that were asked for: large ones are asked for again and again. */
    private final IdentityHashMap<MappingNode, Map<String, NodeTuple>> entries = new IdentityHashMap<>();

    /** From how many places each node is reached; counted when first asked. */
    private final IdentityHashMap<Node, Integer> references = new IdentityHashMap<>();

    Document(SourceText text, int index, int start, Node root, Mappings mappings) {
        this.text = text;
        this.index = index;
        this.start = start;
        this.root = root;
        this.mappings = mappings;
        this.tree = JsonTrees.of(root, mappings);
    }

    /** The text that this document is part of. */
    public SourceText text() {
        return text;
    }

    /** 0-based place in the file, empty documents counted. */
    public int index() {
        return index;
    }

    public JsonNode tree() {
        return tree;
    }

    /** The composed node at a place, by JSON pointer; the nearest one above it where nothing is written there. */
    public Node node(JsonPointer pointer) {
        Node node = root;
        for (JsonPointer rest = pointer; !rest.matches(); rest = rest.tail()) {
            Node child = child(node, rest);
            if (child == null) {
                return node;
            }
            node = child;
        }
        return node;
    }

    private @Nullable Node child(Node node, JsonPointer step) {
        if (node instanceof MappingNode mapping) {
            NodeTuple entry = entries(mapping).get(step.getMatchingProperty());
            return entry == null ? null : entry.getValueNode();
        }
        if (node instanceof SequenceNode sequence) {
            List<Node> items = sequence.getValue();
            int at = step.getMatchingIndex();
            return at >= 0 && at < items.size() ? items.get(at) : null;
        }
        return null;
    }

    /** The entries of a mapping of this document by key; see {@link Mappings#entries}. */
    public Map<String, NodeTuple> entries(MappingNode mapping) {
        return entries.computeIfAbsent(mapping, mappings::entries);
    }

    /** 1-based line of the file on which the value at a place is written; that of its key where it has one. */
    public int line(JsonPointer pointer) {
        if (pointer.matches()) {
            return line(root);
        }
        Node parent = node(pointer.head());
        if (parent instanceof MappingNode mapping) {
            NodeTuple entry = entries(mapping).get(pointer.last().getMatchingProperty());
            // A merged or aliased value has its key where the anchor is; the mapping itself is nearer to the reader.
            Node place = entry != null && mapping.getValue().contains(entry) ? entry.getKeyNode() : mapping;
            return line(place);
        }
        return line(node(pointer));
    }

    /** Turns an index of a mark of this document (in code points from the document's start) into one of the text. */
    public int offset(int markIndex) {
        return text.offset(start, markIndex);
    }

    /**
     * Reads the value at a place into a type.
     *
     * @throws DocumentException where the value does not fit the type or is null, naming its line
     */
    public <T> T read(ObjectMapper mapper, JsonPointer pointer, Class<T> type) {
        T value = read(pointer, tree -> mapper.treeToValue(tree, type));
        if (value == null) {
            throw error(pointer, "the value must be " + kind(type));
        }
        return value;
    }

    /**
     * Reads the value at a place with a function that throws a {@link JacksonException} where it cannot.
     *
     * @throws DocumentException in its place, naming its line
     */
    public <T> T read(JsonPointer pointer, Function<JsonNode, T> reader) {
        try {
            return reader.apply(tree.at(pointer));
        } catch (JacksonException e) {
            throw error(pointer.append(path(e)), reason(e));
        }
    }

    /**
     * The keys that a mapping has twice, at a place and below it: the last one counts, the others are ignored silently. An
     * error for each of them names the second and its line, with its path from the place on.
     */
    public List<DocumentException> duplicateKeys(JsonPointer below) {
        List<DocumentException> errors = new ArrayList<>();
        duplicateKeys(node(below), new ArrayDeque<>(), Collections.newSetFromMap(new IdentityHashMap<>()), errors);
        return errors;
    }

    /** An alias stands for a value that was checked where its anchor is. */
    private void duplicateKeys(Node node, Deque<String> path, Set<Node> checked, List<DocumentException> errors) {
        if (!checked.add(node)) {
            return;
        }
        if (node instanceof MappingNode mapping) {
            Map<String, Node> keys = new HashMap<>();
            for (NodeTuple entry : mapping.getValue()) {
                if (!(entry.getKeyNode() instanceof ScalarNode scalar)) {
                    continue; // only below a duplicate key, which is an error itself: elsewhere JsonTrees refuses it
                }
                String key = scalar.getValue();
                path.addLast("." + Wording.truncate(key, MAX_KEY));
                Node first = keys.putIfAbsent(key, scalar);
                if (first != null) {
                    errors.add(new DocumentException(
                            text.name(),
                            index,
                            line(scalar),
                            "duplicate field " + quoted(String.join("", path).substring(1)) + ", first set on line "
                                    + line(first)));
                }
                duplicateKeys(entry.getValueNode(), path, checked, errors);
                path.removeLast();
            }
        } else if (node instanceof SequenceNode sequence) {
            for (int i = 0; i < sequence.getValue().size(); i++) {
                path.addLast("[" + i + "]");
                duplicateKeys(sequence.getValue().get(i), path, checked, errors);
                path.removeLast();
            }
        }
    }

    /** Whether the value at a place, or one that holds it, also stands elsewhere through a YAML alias or merge key. */
    public boolean isShared(JsonPointer pointer) {
        if (references.isEmpty()) {
            countReferences(root);
        }
        for (JsonPointer place = pointer; !place.matches(); place = place.head()) {
            if (references.getOrDefault(node(place), 0) > 1) {
                return true;
            }
        }
        return false;
    }

    private void countReferences(Node node) {
        if (references.merge(node, 1, Integer::sum) > 1) {
            return;
        }
        if (node instanceof MappingNode mapping) {
            mappings.entries(mapping).values().forEach(entry -> countReferences(entry.getValueNode()));
        } else if (node instanceof SequenceNode sequence) {
            sequence.getValue().forEach(this::countReferences);
        }
    }

    private int line(Node node) {
        return text.line(offset(node.getStartMark().getIndex()));
    }

    /** An error about the value at a place. */
    public DocumentException error(JsonPointer pointer, String message) {
        return new DocumentException(text.name(), index, line(pointer), message);
    }

    private static JsonPointer path(JacksonException e) {
        JsonPointer pointer = JsonPointer.empty();
        for (JacksonException.Reference step : e.getPath()) {
            pointer = step.getPropertyName() != null
                    ? pointer.appendProperty(step.getPropertyName())
                    : pointer.appendIndex(step.getIndex());
        }
        return pointer;
    }

    private static String reason(JacksonException e) {
        String where = dotted(e);
        if (e instanceof UnrecognizedPropertyException unknown) {
            return "unknown field " + quoted(where) + "; known fields: "
                    + String.join(
                            ", ",
                            unknown.getKnownPropertyIds().stream()
                                    .map(String::valueOf)
                                    .sorted()
                                    .toList());
        }
        if (e instanceof ValueInstantiationException && e.getCause() != null) {
            return (where.isEmpty() ? "" : where + ": ") + e.getCause().getMessage();
        }
        if (e instanceof InvalidFormatException wrong && wrong.getTargetType().isEnum()) {
            return where + ": unsupported value " + quoted(wrong.getValue()) + "; supported values: "
                    + Keyword.words(wrong.getTargetType());
        }
        if (e instanceof MismatchedInputException mismatch && mismatch.getTargetType() != null) {
            return (where.isEmpty() ? "the value" : where) + " must be " + kind(mismatch.getTargetType());
        }
        return where + ": " + e.getOriginalMessage();
    }

    private static String dotted(JacksonException e) {
        StringBuilder path = new StringBuilder();
        for (JacksonException.Reference step : e.getPath()) {
            if (step.getPropertyName() == null) {
                path.append('[').append(step.getIndex()).append(']');
            } else {
                path.append(path.isEmpty() ? "" : ".").append(step.getPropertyName());
            }
        }
        return path.toString();
    }

    private static String quoted(@Nullable Object value) {
        return "\"" + value + "\"";
    }

    private static String kind(Class<?> type) {
        if (type == Integer.class || type == int.class) {
            return "an integer";
        }
        if (type == Boolean.class || type == boolean.class) {
            return "true or false";
        }
        if (type.isEnum()) {
            return "one of " + Keyword.words(type);
        }
        if (type == String.class) {
            return "a string";
        }
        return List.class.isAssignableFrom(type) ? "a list" : "a mapping";
    }
}
