package io.probeguard.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.probeguard.node.Fleet.Member;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is remembered of nodes, which is bounded: pods may ask for any label, and labels may change for ever. */
class NodeTableTest {
    private static Collection<Member> members(Map<String, String> labels) {
        return Nodes.fleet(new NodeFacts("n", labels, List.of(), null, null, null, Nodes.HEALTHY))
                .members();
    }

    @Test
    void remembersSoManyLabelsOfThoseThatNodesHave() {
        NodeTable table = NodeTable.of(
                members(IntStream.rangeClosed(0, 64).boxed().collect(Collectors.toMap(i -> "label-" + i, i -> "x"))));
        NodeColumn<String> first = table.label("label-0");
        for (int i = 1; i < 64; i++) {
            table.label("label-" + i);
            table.label("on-no-node-" + i);
        }
        assertThat(table.label("label-0")).isSameAs(first);
        table.label("label-64");
        assertThat(table.label("label-0")).isNotSameAs(first).isSameAs(table.label("label-0"));
    }

    @Test
    void forgetsTheValuesOfNodesThatAreGone() {
        List<Member> rows = new ArrayList<>(members(Map.of("version", "0")));
        rows.addAll(members(Map.of("version", "0")));
        NodeColumn<String> column = NodeColumn.of(rows, facts -> facts.labels().get("version"));
        BitSet second = new BitSet();
        second.set(1);
        for (int version = 1; version <= 100; version++) {
            rows.set(
                    1,
                    members(Map.of("version", String.valueOf(version)))
                            .iterator()
                            .next());
            column = column.with(rows, second);

            List<String> values = new ArrayList<>();
            String now = String.valueOf(version);
            assertThat(column.where(value -> {
                        values.add(String.valueOf(value));
                        return now.equals(value);
                    }))
                    .isEqualTo(second);
            assertThat(values).contains("0", now).hasSizeLessThanOrEqualTo(2 * rows.size() + 1);
        }
    }
}
