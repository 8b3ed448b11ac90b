package io.probeguard.evidence;

import io.probeguard.catalogue.Effect;
import io.probeguard.evidence.Prometheus.Sample;
import io.probeguard.node.Observation;
import io.probeguard.probe.Handler;
import io.probeguard.probe.PodState;
import io.probeguard.probe.Timing;
import io.probeguard.probe.Workload;
import io.probeguard.probe.Workload.ExecHandler;
import io.probeguard.text.Wording;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * How kubelets counted probes, from their {@code /metrics/probes}.
 *
 * <p>A kubelet counts a probe that succeeded or failed, and not one that errored, as exec does over CRI where it is broken
 * (pkg/kubelet/prober/worker.go, doProbe, returns before it counts). So an exec probe that runs for a while and is not
 * counted, on a node whose other probes are, is one whose errors are discarded. Over dockershim such a probe counts as
 * failed; there, one that fails on a node and succeeds on others tells.
 *
 * <p>The series do not say which handler a probe has: the pods do. Where none of a node's probes is counted, its kubelet is
 * not scraped, and that says nothing.
 */
public final class ProbeCounts {
    /** Seen three times by a probe every five minutes. */
    static final Duration WINDOW = Duration.ofMinutes(15);

    /** As many different workloads as Events must name. */
    static final int WORKLOADS = 3;

    private static final double MOST = 0.9;
    private static final double FEW = 0.1;
    private static final String QUERY = "sum by (namespace, pod, container, probe_type, result)"
            + " (increase(prober_probe_total{probe_type=~\"Liveness|Readiness\"}[" + WINDOW.toMinutes() + "m]))";

    private final Map<Key, Count> counts;

    private record Key(String namespace, String pod, String container, String type) {}

    private record Count(double all, double failed) {
        static final Count NONE = new Count(0, 0);

        Count plus(Count other) {
            return new Count(all + other.all, failed + other.failed);
        }

        double share() {
            return failed / all;
        }
    }

    private ProbeCounts(Map<Key, Count> counts) {
        this.counts = counts;
    }

    /** Asks Prometheus, once for all nodes. */
    public static ProbeCounts read(Prometheus prometheus) {
        Map<Key, Count> counts = new HashMap<>();
        for (Sample sample : prometheus.query(QUERY)) {
            double value = sample.value();
            Count count = new Count(value, "failed".equals(sample.labels().get("result")) ? value : 0);
            counts.merge(
                    new Key(
                            label(sample, "namespace"),
                            label(sample, "pod"),
                            label(sample, "container"),
                            label(sample, "probe_type")),
                    count,
                    Count::plus);
        }
        return new ProbeCounts(counts);
    }

    private static String label(Sample sample, String name) {
        return Objects.requireNonNullElse(sample.labels().get(name), "");
    }

    /** A pod by its name. */
    record PodName(String namespace, String name) {}

    /** Pods with a probe that was counted before and is not any more, or that fails nearly always; of any handler. */
    Set<PodName> suspiciousPods() {
        return counts.entrySet().stream()
                .filter(each -> each.getValue().all == 0 || each.getValue().share() >= MOST)
                .map(each -> new PodName(each.getKey().namespace, each.getKey().pod))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /**
     * What they show of exec on a node; empty where they show nothing.
     *
     * @param pods all that run on it
     */
    public Optional<Observation> on(List<Workload> pods, Instant now) {
        Set<String> names =
                pods.stream().map(pod -> pod.namespace() + "/" + pod.name()).collect(Collectors.toSet());
        boolean isScraped = counts.entrySet().stream()
                .anyMatch(each ->
                        each.getValue().all > 0 && names.contains(each.getKey().namespace + "/" + each.getKey().pod));
        if (!isScraped) {
            return Optional.empty();
        }
        Set<String> uncounted = new TreeSet<>();
        Set<String> failing = new TreeSet<>();
        for (Workload pod : pods) {
            for (ExecHandler exec : pod.execHandlers()) {
                Timing timing = exec.timing();
                if (timing == null || exec.handler() == Handler.STARTUP) {
                    continue;
                }
                Count count = counts.getOrDefault(key(pod, exec), Count.NONE);
                if (count.all == 0 && isProbed(pod, exec, now) && timing.period() <= WINDOW.toSeconds() / 3) {
                    uncounted.add(workload(pod));
                } else if (count.share() >= MOST && elsewhere(pod, exec, names).share() <= FEW) {
                    failing.add(workload(pod));
                }
            }
        }
        List<String> symptoms = new ArrayList<>();
        Set<String> workloads = new TreeSet<>();
        if (uncounted.size() >= WORKLOADS) {
            symptoms.add("prober_probe_total of their exec probes stands still, that of others rises");
            workloads.addAll(uncounted);
        }
        if (failing.size() >= WORKLOADS) {
            symptoms.add("their exec probes fail here and succeed on other nodes");
            workloads.addAll(failing);
        }
        return workloads.isEmpty()
                ? Optional.empty()
                : Optional.of(new Observation(now, null, Effect.ALWAYS_FAILS, List.copyOf(workloads), symptoms));
    }

    /** Whether it has been probed for so long that it must have been counted. */
    private static boolean isProbed(Workload pod, ExecHandler exec, Instant now) {
        PodState state = pod.state();
        Instant begin = now.minus(WINDOW);
        boolean mayWait =
                exec.container().has(Handler.STARTUP) && !exec.container().execs(Handler.STARTUP);
        return state != null
                && state.running()
                && (state.ready() || !mayWait)
                && state.since() != null
                && state.since().isBefore(begin)
                && (state.lastRestart() == null || state.lastRestart().isBefore(begin));
    }

    /** The same probe of pods of the same workload on other nodes. */
    private Count elsewhere(Workload pod, ExecHandler exec, Set<String> here) {
        Key own = key(pod, exec);
        String prefix = pod.owner().name() + "-";
        return counts.entrySet().stream()
                .filter(each -> {
                    Key key = each.getKey();
                    return key.namespace.equals(own.namespace)
                            && key.container.equals(own.container)
                            && key.type.equals(own.type)
                            && key.pod.startsWith(prefix)
                            && !here.contains(key.namespace + "/" + key.pod);
                })
                .map(Map.Entry::getValue)
                .reduce(Count.NONE, Count::plus);
    }

    private static Key key(Workload pod, ExecHandler exec) {
        return new Key(
                String.valueOf(pod.namespace()),
                pod.name(),
                exec.containerName(),
                exec.handler() == Handler.LIVENESS ? "Liveness" : "Readiness");
    }

    private static String workload(Workload pod) {
        return Wording.clean(pod.namespace() + "/" + pod.owner().name());
    }
}
