package io.probeguard.cluster;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.probeguard.node.Fleet;
import io.probeguard.node.NodeLabel;
import io.probeguard.text.RepeatedFailureLog;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * Keeps a label on every node. Each replica does the same without a leader: what a node says of
 * itself gives all of them the same label, and one that is there already is not written. A node is written twice a minute
 * at most.
 */
public final class NodeLabels implements AutoCloseable {
    private static final Duration LOOK_INTERVAL = Duration.ofSeconds(1);

    /** Replicas of two versions may want two labels while one replaces the other, and would undo each other for ever. */
    private static final Duration TWO_WRITES_INTERVAL = Duration.ofSeconds(60);

    private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Logger LOG = LoggerFactory.getLogger(NodeLabels.class);

    private final KubernetesClient client;
    private final Supplier<Fleet> fleet;
    private final NodeLabel label;
    private final BackgroundThread worker = new BackgroundThread("node-labels");
    private final RepeatedFailureLog failureLog = new RepeatedFailureLog(LOG, ApiFailures::message);
    private @Nullable Fleet done;
    private final Map<String, Writes> written = new HashMap<>();

    /** The last two writes of a node, by {@link System#nanoTime()}; null where there were none. */
    private record Writes(@Nullable Long last, @Nullable Long before) {
        static final Writes NONE = new Writes(null, null);

        boolean areTooMany(long now) {
            return before != null && now - before < TWO_WRITES_INTERVAL.toNanos();
        }

        Writes and(long now) {
            return new Writes(now, last);
        }
    }

    /** @param fleet the nodes as they are; another object whenever they have changed */
    public NodeLabels(KubernetesClient client, Supplier<Fleet> fleet, NodeLabel label) {
        this.client = client;
        this.fleet = fleet;
        this.label = label;
    }

    /** Starts to keep them; what cannot be written is tried again at the next look. */
    public void start() {
        worker.repeat(LOOK_INTERVAL, LOOK_INTERVAL, this::look);
    }

    private void look() {
        Fleet now = fleet.get();
        if (now == done) {
            return;
        }
        boolean all = true;
        for (Map.Entry<String, String> wanted : now.wantedLabels(label).entrySet()) {
            all &= write(wanted.getKey(), wanted.getValue());
        }
        if (all) {
            done = now;
            failureLog.end();
        }
    }

    /** Whether the label was written; one node that cannot be written keeps none of the others from it. */
    private boolean write(String node, String value) {
        Writes writes = written.getOrDefault(node, Writes.NONE);
        if (writes.areTooMany(System.nanoTime())) {
            return false;
        }
        written.put(node, writes.and(System.nanoTime()));
        try {
            Map<String, @Nullable String> labels =
                    Collections.singletonMap(label.key(), value.isEmpty() ? null : value);
            client.nodes()
                    .withName(node)
                    .patch(MERGE, JSON.writeValueAsString(Map.of("metadata", Map.of("labels", labels))));
            LOG.info("node {}: label {} is {}", node, label.key(), value.isEmpty() ? "removed" : value);
            return true;
        } catch (RuntimeException e) {
            failureLog.say("cannot label node " + node, e);
            return false;
        }
    }

    @Override
    public void close() {
        worker.close();
    }
}
