package io.probeguard.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.probeguard.node.Fleet;
import io.probeguard.node.NodeFacts;
import io.probeguard.node.Nodes;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FleetLogTest {
    private final List<String> info = new ArrayList<>();
    private final List<String> warn = new ArrayList<>();
    private final FleetLog log = new FleetLog(info::add, warn::add);

    private static Fleet fleet(String node) {
        return node == null
                ? Nodes.fleet()
                : Nodes.fleet(Nodes.read("{kind: Node, metadata: {name: n, " + node + "}, status: {conditions:"
                        + " [{type: Ready, status: 'True', lastHeartbeatTime: '2026-01-01T00:00:00Z'}]}}"));
    }

    /** A node's metadata before and after, and what is then logged. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            labels: {}                            | labels: {probe-guard.io/exec: broken} | node n is flagged: build unknown, confirmed by label
            labels: {probe-guard.io/exec: broken} | labels: {probe-guard.io/exec: broken, zone: a} |
            labels: {probe-guard.io/exec: broken} | labels: {probe-guard.io/exec: healthy} | node n is no longer flagged
            labels: {probe-guard.io/exec: broken} |                                        | flagged node n is gone
                                                  | annotations: {probe-guard.io/packages: docker-1.13.1-84.el7} | node n is flagged: docker-el7-1.13.1-84, confirmed by packages
            labels: {probe-guard.io/exec: broken} | annotations: {probe-guard.io/packages: docker-1.13.1-84.el7} | node n is flagged: docker-el7-1.13.1-84, confirmed by packages
            annotations: {probe-guard.io/packages: docker-1.13.1-84.el7} | annotations: {probe-guard.io/packages: docker-1.13.1-88.el7} | node n is no longer flagged
            labels: {a: b}                        |                                        |
            """)
    void eachChangeOfAFlagIsLoggedOnce(String before, String after, String line) {
        log.update(fleet(before));
        info.clear();
        log.update(fleet(after));
        assertThat(info).isEqualTo(line == null ? List.of() : List.of(line));
        log.update(fleet(after));
        assertThat(info).hasSizeLessThanOrEqualTo(1);
        assertThat(warn).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            labels: {probe-guard.io/exec: borken}         | node n: label probe-guard.io/exec=borken is ignored: supported values are broken, healthy
            labels: {probe-guard.io/exec: Broken}         | node n: label probe-guard.io/exec=Broken is ignored: supported values are broken, healthy
            annotations: {probe-guard.io/build: docker-el7-1.13.1-48} | node n: annotation probe-guard.io/build is ignored: "docker-el7-1.13.1-48" is not in the catalogue (did you mean docker-el7-1.13.1-84
            labels: {probe-guard.io/exec: broken}         |
            labels: {probe-guard.io/exec: healthy}        |
            annotations: {probe-guard.io/build: runc-1.0.0} |
            """)
    void anInvalidMarkerIsLoggedOncePerNodeAndValue(String metadata, String line) {
        log.update(fleet(metadata));
        log.update(fleet(metadata));
        if (line == null) {
            assertThat(warn).isEmpty();
        } else {
            assertThat(warn).singleElement().asString().startsWith(line);
        }
    }

    @Test
    void aWholePoolFloodsNoLog() {
        log.update(Nodes.fleet(
                IntStream.range(0, 500).mapToObj(i -> Nodes.broken("node-" + i)).toArray(NodeFacts[]::new)));
        assertThat(info).hasSize(FleetLog.MAX_LINES + 1).last().asString().startsWith("... and 490 more");
    }
}
