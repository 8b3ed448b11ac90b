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
 * Keeps a label on every node. Each replica does the same without a leader: a node's own facts give all of them the same
 * label, and one that is there already is not written. A node is written at most twice a minute.
 */
public final class NodeLabels implements AutoCloseable {
    private static final Duration RECONCILE_INTERVAL = Duration.ofSeconds(1);

    /** During an upgrade, replicas of two versions may want different labels, and would undo each other's for ever. */
    private static final Duration MIN_INTERVAL_OF_THREE_WRITES = Duration.ofSeconds(60);

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

    /** When a node was last written and when before that, by {@link System#nanoTime()}; null for never. */
    private record Writes(@Nullable Long last, @Nullable Long before) {
        static final Writes NONE = new Writes(null, null);

        boolean areTooMany(long now) {
            return before != null && now - before < MIN_INTERVAL_OF_THREE_WRITES.toNanos();
        }

        Writes and(long now) {
            return new Writes(now, last);
        }
    }

    /** @param fleet the current nodes; another object whenever they have changed */
    public NodeLabels(KubernetesClient client, Supplier<Fleet> fleet, NodeLabel label) {
        this.client = client;
        this.fleet = fleet;
        this.label = label;
    }

    /** Starts to keep them; failed writes are retried. */
    public void start() {
        worker.repeat(RECONCILE_INTERVAL, RECONCILE_INTERVAL, this::reconcile);
    }

    private void reconcile() {
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

    /** @return whether the label was written; a failure does not keep other nodes from being written */
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
            if (value.isEmpty()) {
                LOG.info("node {}: removed label {}", node, label.key());
            } else {
                LOG.info("node {}: set label {}={}", node, label.key(), value);
            }
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
