package io.probeguard.cluster;

import io.probeguard.catalogue.CatalogueEntry;
import io.probeguard.node.Observation;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where exec was seen to go wrong of late. A node counts as observed once {@value #WORKLOADS} different workloads had
 * symptoms there within ten minutes, and for an hour after the last of them: one broken image, however many replicas it
 * has, is one workload. Of each node just that many workloads are remembered, however often they are seen.
 */
final class SymptomTracker {
    static final int WORKLOADS = 3;
    static final Duration WINDOW = Duration.ofMinutes(10);
    static final Duration LIFETIME = Duration.ofHours(1);

    /** What controllers append to names: rand.SafeEncodeString of apimachinery's pkg/util/rand, or a number. */
    private static final Pattern POD_SUFFIX = Pattern.compile("-([bcdfghjklmnpqrstvwxz2456789]{5}|\\d+)$");

    /** Of a ReplicaSet, of a CronJob's time, or the index of an Indexed Job's pod. */
    private static final Pattern HASH = Pattern.compile("-[bcdfghjklmnpqrstvwxz2456789]{6,10}$|-\\d+$");

    private final Map<String, OfNode> nodes = new HashMap<>();

    private record Sighting(Instant at, @Nullable CatalogueEntry build) {}

    private static final class OfNode {
        final Map<String, Sighting> latest = new HashMap<>();

        @Nullable
        Instant since;

        Instant until = Instant.MIN;

        void saw(String workload, Sighting sighting) {
            latest.merge(workload, sighting, (a, b) -> a.at.isAfter(b.at) ? a : b);
            if (latest.size() > WORKLOADS) {
                latest.entrySet().stream()
                        .min(Map.Entry.comparingByValue(Comparator.comparing(Sighting::at)))
                        .ifPresent(oldest -> latest.remove(oldest.getKey()));
            }
            Instant first = at(Comparator.naturalOrder());
            Instant last = at(Comparator.reverseOrder());
            if (latest.size() == WORKLOADS && !last.isAfter(first.plus(WINDOW))) {
                since = since == null || last.isAfter(until) ? last : since;
                until = last.plus(LIFETIME);
            }
        }

        private Instant at(Comparator<Instant> order) {
            return latest.values().stream().map(Sighting::at).min(order).orElseThrow();
        }

        @Nullable
        CatalogueEntry build() {
            return latest.values().stream()
                    .map(Sighting::build)
                    .filter(build -> build != null)
                    .findFirst()
                    .orElse(null);
        }
    }

    /**
     * Takes note of a symptom.
     *
     * @param build that it is a signature of; null where it fits any
     */
    synchronized void saw(String node, String namespace, String pod, Instant at, @Nullable CatalogueEntry build) {
        nodes.computeIfAbsent(node, none -> new OfNode()).saw(namespace + "/" + workload(pod), new Sighting(at, build));
    }

    /** How many nodes are remembered. */
    synchronized int size() {
        return nodes.size();
    }

    /** What the pods of one workload have in common in their names. */
    static String workload(String pod) {
        return HASH.matcher(POD_SUFFIX.matcher(pod).replaceFirst("")).replaceFirst("");
    }

    /** The nodes that count as observed now; what is too old to matter is forgotten. */
    synchronized Map<String, Observation> at(Instant now) {
        nodes.values()
                .removeIf(node -> now.isAfter(node.until)
                        && node.latest.values().stream().allMatch(sighting -> now.isAfter(sighting.at.plus(WINDOW))));
        Map<String, Observation> observed = new HashMap<>();
        nodes.forEach((name, node) -> {
            if (node.since != null && !now.isAfter(node.until)) {
                observed.put(name, new Observation(node.since, node.build(), WORKLOADS));
            }
        });
        return observed;
    }
}
