package io.probeguard.node;

import io.probeguard.node.Fleet.Member;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One value of each node, such as that of a label. A condition is decided once for each distinct value, of which there are
 * few, so that 65,000 nodes are a loop over as many integers. Immutable.
 */
final class NodeColumn<V> {
    private final Function<NodeFacts, @Nullable V> value;
    private final int[] idOfRow;
    private final Map<@Nullable V, Integer> ids;
    private final List<@Nullable V> values;

    private NodeColumn(
            Function<NodeFacts, @Nullable V> value,
            int[] idOfRow,
            Map<@Nullable V, Integer> ids,
            List<@Nullable V> values) {
        this.value = value;
        this.idOfRow = idOfRow;
        this.ids = ids;
        this.values = values;
    }

    /** @param value of a node; null where it has none */
    static <V> NodeColumn<V> of(List<Member> rows, Function<NodeFacts, @Nullable V> value) {
        NodeColumn<V> column = new NodeColumn<>(value, new int[rows.size()], new HashMap<>(), new ArrayList<>());
        for (int row = 0; row < rows.size(); row++) {
            column.set(row, rows.get(row));
        }
        return column;
    }

    /**
     * The same for other nodes.
     *
     * @param changed the rows that differ from those of this column
     */
    NodeColumn<V> with(List<Member> rows, BitSet changed) {
        if (values.size() > 2 * rows.size()) {
            return of(rows, value); // most of them are values of nodes that are gone
        }
        NodeColumn<V> column = new NodeColumn<>(
                value, Arrays.copyOf(idOfRow, rows.size()), new HashMap<>(ids), new ArrayList<>(values));
        changed.stream().forEach(row -> column.set(row, rows.get(row)));
        return column;
    }

    private void set(int row, Member member) {
        V now = value.apply(member.facts());
        Integer id = ids.get(now);
        if (id == null) {
            id = values.size();
            ids.put(now, id);
            values.add(now);
        }
        idOfRow[row] = id;
    }

    /** Whether no node has a value. */
    boolean isEmpty() {
        return values.stream().allMatch(each -> each == null);
    }

    /** The rows whose value fulfils a condition. */
    BitSet where(Predicate<@Nullable V> condition) {
        boolean[] fulfils = new boolean[values.size()];
        for (int id = 0; id < fulfils.length; id++) {
            fulfils[id] = condition.test(values.get(id));
        }
        BitSet rows = new BitSet(idOfRow.length);
        for (int row = 0; row < idOfRow.length; row++) {
            if (fulfils[idOfRow[row]]) {
                rows.set(row);
            }
        }
        return rows;
    }
}
