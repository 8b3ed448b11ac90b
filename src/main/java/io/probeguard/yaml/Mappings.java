package io.probeguard.yaml;

import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/** The entries of a document's YAML mappings as a Kubernetes client sees them. */
final class Mappings {
    /** Far above any real manifest; mappings that merge one another have as many entries as their number squared. */
    private static final int MAX_MERGED = 500_000;

    /** Of mappings with a merge key, which are merged once; empty for one that is being merged. */
    private final IdentityHashMap<MappingNode, Map<String, NodeTuple>> merged = new IdentityHashMap<>();

    private int mergedEntries;

    /**
     * Entries by key, in the order written. A key written twice counts as written last, as in kubectl; an entry of the
     * mapping itself wins over one that a merge key ({@code <<}) adds, and of those the first.
     */
    Map<String, NodeTuple> entries(MappingNode mapping) {
        Map<String, NodeTuple> known = merged.get(mapping);
        if (known != null) {
            return known;
        }
        boolean merges = mapping.getValue().stream().anyMatch(Mappings::isMerge);
        if (merges) {
            merged.put(mapping, Map.of()); // what it merges may be itself
        }
        Map<String, NodeTuple> entries = new LinkedHashMap<>();
        mapping.getValue().stream().filter(Mappings::isMerge).forEach(tuple -> merge(tuple.getValueNode(), entries));
        addOwn(mapping, entries);
        if (merges) {
            merged.put(mapping, entries);
        }
        return entries;
    }

    private static void addOwn(MappingNode mapping, Map<String, NodeTuple> entries) {
        Map<String, NodeTuple> own = new LinkedHashMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
            if (!isMerge(tuple)) {
                if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                    throw new MarkedNodeException("a key must be a string", tuple.getKeyNode());
                }
                own.remove(key.getValue());
                own.put(key.getValue(), tuple);
            }
        }
        entries.putAll(own);
    }

    private static boolean isMerge(NodeTuple tuple) {
        return Tag.MERGE.equals(tuple.getKeyNode().getTag());
    }

    private void merge(Node source, Map<String, NodeTuple> into) {
        List<Node> sources = source instanceof SequenceNode sequence ? sequence.getValue() : List.of(source);
        for (Node each : sources) {
            if (!(each instanceof MappingNode mapping)) {
                throw new MarkedNodeException("a merge key (<<) must refer to a mapping", each);
            }
            Map<String, NodeTuple> added = entries(mapping);
            mergedEntries += added.size();
            if (mergedEntries > MAX_MERGED) {
                throw new MarkedNodeException("merge keys (<<) add more than " + MAX_MERGED + " entries", source);
            }
            added.forEach(into::putIfAbsent);
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
