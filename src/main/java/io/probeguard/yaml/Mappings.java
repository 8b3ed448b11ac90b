package io.probeguard.yaml;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/** The entries of a YAML mapping as a Kubernetes client sees them. */
final class Mappings {
    private Mappings() {}

    /**
     * Entries by key, in the order written. A key written twice counts as written last, as in kubectl; an entry of the
     * mapping itself wins over one that a merge key ({@code <<}) adds.
     */
    static Map<String, NodeTuple> entries(MappingNode mapping) {
        return entries(mapping, Collections.newSetFromMap(new IdentityHashMap<>()));
    }

    /** A mapping that was merged already has added its entries, and the first one wins: it is not merged again. */
    private static Map<String, NodeTuple> entries(MappingNode mapping, Set<Node> seen) {
        Map<String, NodeTuple> merged = new LinkedHashMap<>();
        Map<String, NodeTuple> own = new LinkedHashMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
            if (Tag.MERGE.equals(tuple.getKeyNode().getTag())) {
                merge(tuple.getValueNode(), merged, seen);
            } else if (tuple.getKeyNode() instanceof ScalarNode key) {
                own.remove(key.getValue());
                own.put(key.getValue(), tuple);
            } else {
                throw new MarkedNodeException("a key must be a string", tuple.getKeyNode());
            }
        }
        merged.putAll(own);
        return merged;
    }

    private static void merge(Node source, Map<String, NodeTuple> into, Set<Node> seen) {
        List<Node> sources = source instanceof SequenceNode sequence ? sequence.getValue() : List.of(source);
        for (Node each : sources) {
            if (!(each instanceof MappingNode mapping)) {
                throw new MarkedNodeException("a merge key (<<) must refer to a mapping", each);
            }
            if (seen.add(mapping)) {
                entries(mapping, seen).forEach(into::putIfAbsent);
            }
        }
    }

    /** A problem with the mark of the node that it is about. */
    static final class MarkedNodeException extends MarkedYAMLException {
        private static final long serialVersionUID = 1L;

        MarkedNodeException(String problem, Node node) {
            super(null, null, problem, node.getStartMark());
        }
    }
}
