package io.probeguard.decision;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.probeguard.cluster.ApiFailures;
import io.probeguard.cluster.BackgroundThread;
import io.probeguard.text.RepeatedFailureLog;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * Shares decisions between replicas, through a ConfigMap in which each has a key of its own: it is read twice a minute
 * and written if there is something new, and once more on close. Decisions of a replica that is gone stay for a day, so
 * that a rollout loses nothing. Without the API server, each shows its own and what it last knew of the others.
 */
public final class SharedDecisions implements AutoCloseable {
    private static final Duration FIRST_EXCHANGE = Duration.ofSeconds(1);
    private static final Duration INTERVAL = Duration.ofSeconds(30);

    /** The API server takes 1 MiB. If others need more, entries that cannot be read are dropped first, then the oldest. */
    static final int MAX_BYTES = 700_000;

    private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);
    private static final Logger LOG = LoggerFactory.getLogger(SharedDecisions.class);

    private final Resource<ConfigMap> configMap;
    private final String name;
    private final String replica;
    private final Decisions own;
    private final Clock clock;
    private final BackgroundThread worker = new BackgroundThread("decisions");
    private volatile Map<String, RecentDecisions> others = Map.of();
    private final RepeatedFailureLog failureLog = new RepeatedFailureLog(LOG, ApiFailures::message);

    /**
     * What another replica has shared.
     *
     * @param recent null if it cannot be read: another version may have written it, and may still be running
     */
    private record Entry(
            String replica, String json, @Nullable RecentDecisions recent) {
        static Entry of(String replica, String json, Instant oldest) {
            try {
                return new Entry(replica, json, RecentDecisions.ofJson(json).since(oldest));
            } catch (RuntimeException e) {
                return new Entry(replica, json, null);
            }
        }

        boolean isTooOld() {
            return recent != null && recent.isEmpty();
        }

        Instant last() {
            return recent == null || recent.decisions().isEmpty()
                    ? Instant.MIN
                    : recent.decisions().get(0).last();
        }
    }

    /**
     * @param configMap the name of one that is there already
     * @param replica this process's key: letters, digits, dots and dashes, never used before
     */
    public SharedDecisions(
            KubernetesClient client, String namespace, String configMap, String replica, Decisions own, Clock clock) {
        this.configMap = client.configMaps().inNamespace(namespace).withName(configMap);
        this.name = namespace + "/" + configMap;
        this.replica = replica;
        this.own = own;
        this.clock = clock;
    }

    public void start() {
        worker.repeat(FIRST_EXCHANGE, INTERVAL, this::exchange);
    }

    /** The decisions of the other replicas, running or gone, by replica. */
    public Map<String, RecentDecisions> others() {
        return others;
    }

    /** Reads and, where there is something new, writes; a failure is left to the next time. */
    void exchange() {
        try {
            ConfigMap present = configMap.get();
            if (present == null) {
                throw new IllegalStateException("ConfigMap " + name + " not found");
            }
            Map<String, String> data = Objects.requireNonNullElse(present.getData(), Map.of());
            Instant now = clock.instant();
            Map<String, @Nullable String> changes = new HashMap<>();
            RecentDecisions recent = own.recent(now);
            String json = recent.isEmpty() ? null : recent.toJson();
            if (!Objects.equals(json, data.get(replica))) {
                changes.put(replica, json);
            }
            others = read(data, now.minus(Decisions.RETENTION), MAX_BYTES - bytes(json), changes);
            if (!changes.isEmpty()) {
                configMap.patch(MERGE, JsonMapper.shared().writeValueAsString(Map.of("data", changes)));
            }
            failureLog.end();
        } catch (RuntimeException e) {
            failureLog.say("cannot share decisions with other replicas", e);
        }
    }

    /**
     * @param room in bytes
     * @param changes gets a null for each key that is to go: it is too old, or there is no room
     */
    private Map<String, RecentDecisions> read(
            Map<String, String> data, Instant oldest, int room, Map<String, @Nullable String> changes) {
        List<Entry> newestFirst = data.entrySet().stream()
                .filter(each -> !each.getKey().equals(replica))
                .map(each -> Entry.of(each.getKey(), each.getValue(), oldest))
                .sorted(Comparator.comparing(Entry::last).reversed())
                .toList();
        Map<String, RecentDecisions> read = new HashMap<>();
        int left = room;
        for (Entry entry : newestFirst) {
            left -= entry.isTooOld() ? 0 : bytes(entry.json);
            if (entry.isTooOld() || left < 0) {
                changes.put(entry.replica, null);
            } else if (entry.recent != null) {
                read.put(entry.replica, entry.recent);
            }
        }
        return Map.copyOf(read);
    }

    private static int bytes(@Nullable String json) {
        return json == null ? 0 : json.getBytes(StandardCharsets.UTF_8).length;
    }

    /**
     * Shares what was decided last; waits for that for at most 2 seconds. Whoever closes it a second time, as the main
     * thread does during a shutdown hook, waits for the first.
     */
    @Override
    public void close() {
        worker.closeAfter(this::exchange);
    }
}
