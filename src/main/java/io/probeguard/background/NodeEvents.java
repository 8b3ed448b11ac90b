package io.probeguard.background;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.probeguard.background.BackgroundReview.Pass;
import io.probeguard.background.BackgroundReview.Publisher;
import io.probeguard.scan.NodesReport.Node;
import io.probeguard.text.Wording;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * Creates Events on nodes: while exec is, or may be, broken there, one for each flag and day; and once when a flag is gone
 * that this replica knew.
 */
public final class NodeEvents implements Publisher {
    static final String FLAGGED = "ExecBroken";
    static final String CLEARED = "ExecNoLongerBroken";

    /** Where kubelets and controllers write theirs about nodes, which have no namespace. */
    private static final String NAMESPACE = "default";

    /** The API server allows 1024 characters. */
    private static final int MAX_MESSAGE = 1000;

    private final LastingEvents events;
    private final Map<String, Instant> flagged = new HashMap<>();
    private final Map<String, Instant> cleared = new HashMap<>();

    public NodeEvents(KubernetesClient client, Clock clock) {
        this.events = new LastingEvents(client, clock);
    }

    @Override
    public void publish(Pass pass, BooleanSupplier mayGoOn) {
        events.publish(now -> events(pass.report().flaggedNodes(), now), "node", mayGoOn);
    }

    private List<Event> events(List<Node> nodes, Instant now) {
        Map<String, Instant> before = new HashMap<>(flagged);
        flagged.clear();
        List<Event> events = new ArrayList<>();
        for (Node node : nodes) {
            flagged.put(node.name(), now);
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
        before.keySet().removeAll(flagged.keySet());
        before.keySet().forEach(node -> cleared.put(node, now));
        cleared.keySet().removeAll(flagged.keySet());
        cleared.forEach((node, since) -> events.add(event(
                node, "Normal", CLEARED, "exec is no longer believed to be broken here", since, since.toString())));
        return events;
    }

    private static String message(Node node) {
        String builds = node.builds().isEmpty() ? "build unknown" : String.join(", ", node.builds());
        return Wording.truncate(
                "exec " + (node.effect() == null ? "is broken" : node.effect().phrase()) + " (" + node.confidence()
                        + ", " + builds + "): " + node.reason(),
                MAX_MESSAGE);
    }

    private static Event event(
            String node, String type, String reason, String message, Instant now, String... distinguishing) {
        String day = now.atOffset(ZoneOffset.UTC).toLocalDate().toString();
        return new EventBuilder()
                .withNewMetadata()
                .withName(ObjectNames.hashed(node, reason, day, String.join(" ", distinguishing)))
                .withNamespace(NAMESPACE)
                .endMetadata()
                .withNewInvolvedObject()
                .withApiVersion("v1")
                .withKind("Node")
                .withName(node)
                .withUid(node) // as kubelets write it, and kubectl describe looks for it
                .endInvolvedObject()
                .withType(type)
                .withReason(reason)
                .withMessage(message)
                .withNewSource()
                .withComponent(LastingEvents.COMPONENT)
                .endSource()
                .withFirstTimestamp(now.toString())
                .withLastTimestamp(now.toString())
                .withCount(1)
                .build();
    }
}
