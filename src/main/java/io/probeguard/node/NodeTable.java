package io.probeguard.node;

import io.probeguard.node.Fleet.Member;
import io.probeguard.node.NodeFacts.Taint;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Nodes by row, with the columns that placements have asked for. Immutable to its users, and safe for use by many threads.
 */
final class NodeTable {
    /** Placements of all workloads ask for few labels. A column of 65,000 nodes takes 260 kB, and pods may ask for any. */
    private static final int MAX_COLUMNS = 64;

    private final List<Member> rows;
    private final Map<String, Integer> rowOf;
    private final Map<String, NodeColumn<String>> labels = new ConcurrentHashMap<>();
    private volatile @Nullable NodeColumn<List<Taint>> taints;

    private NodeTable(List<Member> rows, Map<String, Integer> rowOf) {
        this.rows = rows;
        this.rowOf = rowOf;
    }

    /** @param members the last of those with the same name counts */
    static NodeTable of(Collection<Member> members) {
        List<Member> rows = new ArrayList<>(members.size());
        Map<String, Integer> rowOf = new HashMap<>();
        members.forEach(member -> put(member, rows, rowOf, new BitSet()));
        return new NodeTable(rows, rowOf);
    }

    /**
     * The same nodes but for some, which takes over what is known of the others.
     *
     * @param changes by name; null for a node that is gone
     */
    NodeTable with(Map<String, @Nullable Member> changes) {
        List<Member> rows = new ArrayList<>(this.rows);
        boolean sameNames = changes.entrySet().stream()
                .allMatch(change -> (change.getValue() != null) == rowOf.containsKey(change.getKey()));
        Map<String, Integer> rowOf = sameNames ? this.rowOf : new HashMap<>(this.rowOf);
        BitSet changed = new BitSet();
        changes.forEach((name, member) -> {
            if (member != null) {
                put(member, rows, rowOf, changed);
            } else {
                remove(name, rows, rowOf, changed);
            }
        });
        changed.clear(rows.size(), Math.max(rows.size(), changed.length()));
        NodeTable table = new NodeTable(rows, rowOf);
        labels.forEach((key, column) -> table.labels.put(key, column.with(rows, changed)));
        NodeColumn<List<Taint>> known = taints;
        table.taints = known == null ? null : known.with(rows, changed);
        return table;
    }

    private static void put(Member member, List<Member> rows, Map<String, Integer> rowOf, BitSet changed) {
        Integer row = rowOf.get(member.facts().name());
        if (row == null) {
            row = rows.size();
            rowOf.put(member.facts().name(), row);
            rows.add(member);
        } else {
            rows.set(row, member);
        }
        changed.set(row);
    }

    /** The last row fills the gap, so that no other row moves. */
    private static void remove(String name, List<Member> rows, Map<String, Integer> rowOf, BitSet changed) {
        Integer row = rowOf.remove(name);
        if (row == null) {
            return;
        }
        Member last = rows.remove(rows.size() - 1);
        if (row < rows.size()) {
            rows.set(row, last);
            rowOf.put(last.facts().name(), row);
            changed.set(row);
        }
    }

    List<Member> rows() {
        return Collections.unmodifiableList(rows);
    }

    @Nullable
    Member get(String name) {
        Integer row = rowOf.get(name);
        return row == null ? null : rows.get(row);
    }

    /** A table of those of these nodes that there are. */
    NodeTable only(Collection<String> names) {
        List<Member> members = new ArrayList<>();
        for (String name : names) {
            Member member = get(name);
            if (member != null) {
                members.add(member);
            }
        }
        return of(members);
    }

    /** All rows. */
    BitSet all() {
        BitSet all = new BitSet(rows.size());
        all.set(0, rows.size());
        return all;
    }

    /** The rows of these nodes. */
    BitSet named(Collection<String> names) {
        BitSet named = new BitSet(rows.size());
        for (String name : names) {
            Integer row = rowOf.get(name);
            if (row != null) {
                named.set(row);
            }
        }
        return named;
    }

    /** The values of a label. */
    NodeColumn<String> label(String key) {
        NodeColumn<String> known = labels.get(key);
        if (known != null) {
            return known;
        }
        NodeColumn<String> column = NodeColumn.of(rows, facts -> facts.labels().get(key));
        if (!column.isEmpty()) {
            if (labels.size() >= MAX_COLUMNS) {
                labels.clear();
            }
            labels.put(key, column);
        }
        return column;
    }

    /** The taints. */
    NodeColumn<List<Taint>> taints() {
        NodeColumn<List<Taint>> known = taints;
        if (known == null) {
            known = NodeColumn.of(rows, NodeFacts::taints);
            taints = known;
        }
        return known;
    }
}
