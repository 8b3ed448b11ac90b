package io.probeguard.cluster;

import io.probeguard.catalogue.ObservedSymptom;
import io.probeguard.catalogue.Symptom;
import io.probeguard.node.Observation;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * On which nodes execs failed recently. A node counts as observed once {@value #WORKLOADS} different workloads had symptoms
 * there within ten minutes, and for an hour after the last of them: one broken image, however many replicas it has, is one
 * workload. Of each node only that many workloads are remembered, however often they are seen.
 */
final class SymptomTracker {
    static final int WORKLOADS = 3;
    static final Duration WINDOW = Duration.ofMinutes(10);
    static final Duration LIFETIME = Duration.ofHours(1);

    /** What controllers append to names: rand.SafeEncodeString of apimachinery's pkg/util/rand, or a number. */
    private static final Pattern POD_SUFFIX = Pattern.compile("-([bcdfghjklmnpqrstvwxz2456789]{5}|\\d+)$");

    /** Of a ReplicaSet, the time of a CronJob's Job, or the index of an Indexed Job's pod. */
    private static final Pattern HASH = Pattern.compile("-[bcdfghjklmnpqrstvwxz2456789]{6,10}$|-\\d+$");

    private final Map<String, NodeSymptoms> nodes = new HashMap<>();

    private record Occurrence(Instant at, ObservedSymptom symptom) {}

    private static final class NodeSymptoms {
        final Map<String, Occurrence> latest = new HashMap<>();

        @Nullable
        Instant since;

        Instant until = Instant.MIN;

        void record(String workload, Occurrence occurrence) {
            latest.merge(workload, occurrence, (a, b) -> a.at.isAfter(b.at) ? a : b);
            if (latest.size() > WORKLOADS) {
                latest.entrySet().stream()
                        .min(Map.Entry.comparingByValue(Comparator.comparing(Occurrence::at)))
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
            return latest.values().stream().map(Occurrence::at).min(order).orElseThrow();
        }

        Observation observation(Instant at) {
            List<ObservedSymptom> observed =
                    latest.values().stream().map(Occurrence::symptom).distinct().toList();
            List<Symptom> symptoms =
                    observed.stream().map(ObservedSymptom::symptom).toList();
            return new Observation(
                    at,
                    observed.stream()
                            .map(ObservedSymptom::build)
                            .filter(Objects::nonNull)
                            .findFirst()
                            .orElse(null),
                    symptoms.stream()
                            .map(Symptom::effect)
                            .min(Comparator.naturalOrder())
                            .orElseThrow(),
                    latest.keySet().stream().sorted().toList(),
                    symptoms.stream().map(Symptom::text).distinct().sorted().toList());
        }
    }

    /** Records a symptom. */
    synchronized void record(String node, String namespace, String pod, Instant at, ObservedSymptom symptom) {
        nodes.computeIfAbsent(node, none -> new NodeSymptoms())
                .record(namespace + "/" + workload(pod), new Occurrence(at, symptom));
    }

    /** How many nodes are remembered. */
    synchronized int size() {
        return nodes.size();
    }

    /** The part of a pod's name that all pods of its workload share. */
    static String workload(String pod) {
        return HASH.matcher(POD_SUFFIX.matcher(pod).replaceFirst("")).replaceFirst("");
    }

    /** The nodes that count as observed now; what no longer matters is forgotten. */
    synchronized Map<String, Observation> at(Instant now) {
        nodes.values()
                .removeIf(node -> now.isAfter(node.until)
                        && node.latest.values().stream()
                                .allMatch(occurrence -> now.isAfter(occurrence.at.plus(WINDOW))));
        Map<String, Observation> observed = new HashMap<>();
        nodes.forEach((name, node) -> {
            if (node.since != null && !now.isAfter(node.until)) {
                observed.put(name, node.observation(node.since));
            }
        });
        return observed;
    }
}
