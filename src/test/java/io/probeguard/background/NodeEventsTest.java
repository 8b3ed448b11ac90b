package io.probeguard.background;

import static org.assertj.core.api.Assertions.assertThat;

import io.probeguard.FakeApiServer;
import io.probeguard.background.BackgroundReview.Pass;
import io.probeguard.node.NodeFacts;
import io.probeguard.node.Nodes;
import io.probeguard.policy.Policy;
import io.probeguard.scan.Scan;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What an API server has of the flags of nodes, pass after pass. */
class NodeEventsTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    private final FakeObjects objects = new FakeObjects();
    private final FakeApiServer server = new FakeApiServer(objects);
    private final NodeEvents events = new NodeEvents(server.client(), Clock.fixed(NOON, ZoneOffset.UTC));

    @AfterEach
    void stop() {
        server.close();
    }

    private void publish(NodeFacts... nodes) {
        Scan scan = new Scan(Nodes.fleet(nodes), Policy.DEFAULT, namespace -> null);
        events.publish(new Pass(NOON, Duration.ZERO, scan.report(), 0, true), () -> true);
    }

    private List<String> written() {
        return objects.paths().stream()
                .map(objects::get)
                .map(NodeEventsTest::text)
                .sorted()
                .toList();
    }

    private static String text(JsonNode event) {
        return event.at("/metadata/namespace").asString() + " "
                + event.at("/involvedObject/kind").asString() + " "
                + event.at("/involvedObject/name").asString() + " "
                + event.at("/involvedObject/uid").asString() + " "
                + event.path("type").asString() + " "
                + event.path("reason").asString() + ": "
                + event.path("message").asString();
    }

    @Test
    void aFlagItsChangeAndItsEndAreToldOnce() {
        publish(Nodes.broken("a"), Nodes.healthy("b"));
        publish(Nodes.broken("a"), Nodes.healthy("b"));
        String flagged = "default Node a a Warning ExecBroken: exec always fails (confirmed, docker-el7-1.13.1-84):"
                + " package docker-1.13.1-84.git07f3374.el7.centos";
        assertThat(written()).containsExactly(flagged);
        publish(Nodes.node("a", Nodes.EL7_DOCKER), Nodes.healthy("b"));
        assertThat(written())
                .hasSize(2)
                .anySatisfy(event -> assertThat(event)
                        .startsWith("default Node a a Warning ExecBroken: exec may always fail (suspected,"
                                + " docker-el7-1.13.1-84): runtime docker://1.13.1 may be that build"));
        publish(Nodes.healthy("a"), Nodes.healthy("b"));
        publish(Nodes.healthy("a"), Nodes.healthy("b"));
        assertThat(written())
                .hasSize(3)
                .contains("default Node a a Normal ExecNoLongerFlagged: the node is no longer flagged");
    }
}
