package io.probeguard.background;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.probeguard.background.BackgroundReview.Pass;
import io.probeguard.background.BackgroundReview.Publisher;
import io.probeguard.scan.NodeView;
import io.probeguard.scan.NodesReport.Node;
import io.probeguard.text.Wording;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/**
 * Creates Events on nodes: while exec is, or may be, broken there, one for each flag and day; and once when a flag is gone
 * that this replica knew.
 */
public final class NodeEvents implements Publisher {
    static final String FLAGGED = "ExecBroken";
    static final String CLEARED = "ExecNoLongerFlagged";

    private final LastingEvents events;
    private Set<String> flagged = Set.of();

    public NodeEvents(KubernetesClient client, Clock clock) {
        this.events = new LastingEvents(client, clock);
    }

    @Override
    public void publish(Pass pass, BooleanSupplier mayGoOn) {
        events.publish(now -> events(pass.report().flaggedNodes(), now), "node", mayGoOn);
    }

    private List<Event> events(List<Node> nodes, Instant now) {
        Set<String> cleared = new HashSet<>(flagged);
        flagged = nodes.stream().map(Node::name).collect(Collectors.toSet());
        cleared.removeAll(flagged);
        List<Event> events = new ArrayList<>();
        for (Node node : nodes) {
            events.add(event(
                    node.name(),
                    "Warning",
                    FLAGGED,
                    message(node),
                    now,
                    String.valueOf(node.confidence()),
                    String.valueOf(node.source()),
                    String.join(",", node.builds())));
        }
        for (String node : cleared) {
            events.add(event(node, "Normal", CLEARED, "the node is no longer flagged", now, now.toString()));
        }
        return events;
    }

    private static String message(Node node) {
        String builds = node.builds().isEmpty() ? "build unknown" : String.join(", ", node.builds());
        return Wording.truncate(
                new NodeView(node).effect() + " (" + node.confidence() + ", " + builds + "): " + node.reason(),
                LastingEvents.MAX_MESSAGE);
    }

    private static Event event(
            String node, String type, String reason, String message, Instant now, String... distinguishing) {
        String day = now.atOffset(ZoneOffset.UTC).toLocalDate().toString();
        return LastingEvents.event(
                ObjectNames.hashed(node, reason, day, String.join(" ", distinguishing)),
                new ObjectReferenceBuilder()
                        .withApiVersion("v1")
                        .withKind("Node")
                        .withName(node)
                        .withUid(node) // as kubelets write it, and kubectl describe looks for it
                        .build(),
                type,
                reason,
                message,
                now);
    }
}
