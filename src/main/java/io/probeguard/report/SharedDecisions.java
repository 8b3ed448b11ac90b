package io.probeguard.report;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.probeguard.cluster.Daemons;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Shows replicas each other's decisions, through a ConfigMap in which each has a key of its own: twice a minute it is
 * read and, where there is something new, written. What a replica that is gone had decided stays for a day, so that a
 * rollout loses nothing. Without the API server, each shows its own and what it knew last of the others.
 */
public final class SharedDecisions implements AutoCloseable {
    private static final long SECONDS = 30;
    /** The API server takes 1 MiB; of the replicas that are gone, the oldest give way. */
    private static final int MOST_BYTES = 700_000;

    private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);
    private static final Logger LOG = LoggerFactory.getLogger(SharedDecisions.class);

    private final Resource<ConfigMap> configMap;
    private final String replica;
    private final Decisions own;
    private final Clock clock;
    private final ScheduledExecutorService worker =
            Executors.newSingleThreadScheduledExecutor(Daemons.named("decisions"));
    private volatile Map<String, Recent> others = Map.of();
    private Recent written = Recent.NOTHING;
    private @Nullable String trouble;

    /**
     * @param configMap the name of one that is there already
     * @param replica this process's key: letters, digits, dots and dashes, never used before
     */
    public SharedDecisions(
            KubernetesClient client, String namespace, String configMap, String replica, Decisions own, Clock clock) {
        this.configMap = client.configMaps().inNamespace(namespace).withName(configMap);
        this.replica = replica;
        this.own = own;
        this.clock = clock;
    }

    public void start() {
        Future<?> unused = worker.scheduleWithFixedDelay(this::exchange, 1, SECONDS, TimeUnit.SECONDS);
    }

    /** What the other replicas, the present and the gone ones, have told, by replica. */
    public Map<String, Recent> others() {
        return others;
    }

    private void exchange() {
        try {
            ConfigMap present = configMap.get();
            if (present == null) {
                throw new IllegalStateException("it is not there");
            }
            Instant now = clock.instant();
            Map<String, @Nullable String> changes = new HashMap<>();
            others = read(Objects.requireNonNullElse(present.getData(), Map.of()), now, changes);
            Recent recent = own.recent(now);
            if (!recent.equals(written)) {
                changes.put(replica, recent.toJson());
            }
            if (!changes.isEmpty()) {
                configMap.patch(MERGE, JsonMapper.shared().writeValueAsString(Map.of("data", changes)));
                written = recent;
            }
            trouble = null;
        } catch (RuntimeException e) {
            String message = String.valueOf(e.getMessage());
            if (!message.equals(trouble)) {
                trouble = message;
                LOG.warn("decisions are not shared with other replicas, trying on: {}", message);
            }
        }
    }

    /** @param changes gets a null for each key that is to go: it is too old, there is no room, or it cannot be read */
    private Map<String, Recent> read(Map<String, String> data, Instant now, Map<String, @Nullable String> changes) {
        Map<String, Recent> read = new HashMap<>();
        Map<String, Integer> sizes = new HashMap<>();
        data.forEach((key, json) -> {
            Recent recent = key.equals(replica) ? Recent.NOTHING : recent(json).since(now.minus(Decisions.KEPT));
            if (!recent.isEmpty()) {
                read.put(key, recent);
                sizes.put(key, json.getBytes(StandardCharsets.UTF_8).length);
            } else if (!key.equals(replica)) {
                changes.put(key, null);
            }
        });
        while (sizes.values().stream().mapToInt(Integer::intValue).sum() > MOST_BYTES) {
            String oldest = read.keySet().stream()
                    .min((a, b) -> last(read.get(a)).compareTo(last(read.get(b))))
                    .orElseThrow();
            read.remove(oldest);
            sizes.remove(oldest);
            changes.put(oldest, null);
        }
        return Map.copyOf(read);
    }

    private static Instant last(Recent recent) {
        return recent.decisions().isEmpty()
                ? Instant.MIN
                : recent.decisions().get(0).last();
    }

    private static Recent recent(String json) {
        try {
            return Recent.ofJson(json);
        } catch (JacksonException e) {
            return Recent.NOTHING; // of another version
        }
    }

    @Override
    public void close() {
        worker.shutdownNow();
    }
}
