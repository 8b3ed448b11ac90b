package io.probeguard.cluster;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.probeguard.node.Fleet;
import io.probeguard.node.NodeFacts;
import java.util.Collections;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * Keeps on every node the label {@value NodeFacts#FLAGGED_LABEL} that steered pods are kept away from: the worst build
 * of a sure flag, and no label where there is none. Each replica does the same without a leader: what a node says of
 * itself gives all of them the same label, and one that is there already is not written.
 */
public final class NodeLabels implements AutoCloseable {
    private static final long SECONDS_BETWEEN_LOOKS = 1;
    private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Logger LOG = LoggerFactory.getLogger(NodeLabels.class);

    private final KubernetesClient client;
    private final Supplier<Fleet> fleet;
    private final ScheduledExecutorService worker =
            Executors.newSingleThreadScheduledExecutor(Daemons.named("node-labels"));
    private @Nullable Fleet done;
    private @Nullable String trouble;

    /** @param fleet the nodes as they are; another object whenever they have changed */
    public NodeLabels(KubernetesClient client, Supplier<Fleet> fleet) {
        this.client = client;
        this.fleet = fleet;
    }

    /** Starts to keep them; what cannot be written is tried again at the next look. */
    public void start() {
        Future<?> unused = worker.scheduleWithFixedDelay(
                this::look, SECONDS_BETWEEN_LOOKS, SECONDS_BETWEEN_LOOKS, TimeUnit.SECONDS);
    }

    private void look() {
        Fleet now = fleet.get();
        if (now == done) {
            return;
        }
        try {
            now.wantedLabels().forEach(this::write);
            done = now;
            trouble = null;
        } catch (KubernetesClientException e) {
            String message = String.valueOf(e.getMessage());
            if (!message.equals(trouble)) {
                trouble = message;
                LOG.warn("cannot label nodes, trying on: {}", message);
            }
        }
    }

    private void write(String node, String label) {
        Map<String, @Nullable String> labels =
                Collections.singletonMap(NodeFacts.FLAGGED_LABEL, label.isEmpty() ? null : label);
        client.nodes()
                .withName(node)
                .patch(MERGE, JSON.writeValueAsString(Map.of("metadata", Map.of("labels", labels))));
        LOG.info("node {}: label {} is {}", node, NodeFacts.FLAGGED_LABEL, label.isEmpty() ? "removed" : label);
    }

    @Override
    public void close() {
        worker.shutdownNow();
    }
}
