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
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How kubelets counted probes, from their {@code /metrics/probes}.
 *
 * <p>A kubelet counts a probe that succeeded or failed, and not one that errored, as exec does over CRI where it is broken
 * (pkg/kubelet/prober/worker.go, doProbe, returns before it counts). So an exec probe that runs for a while and is not
 * counted, on a node whose other probes are, is one whose errors are discarded. Over dockershim such a probe counts as
 * failed; there, one that fails on a node and succeeds on others tells.
 *
 * <p>Of a probe that succeeded it measures the time, which exec that is slow makes longer than on other nodes. That metric
 * is alpha (kubernetes#104484), and kubelets before it have none; over containerd a probe may succeed after its timeout.
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

    /** Seconds; the timeout that a probe has by default. */
    private static final double LONG = 1;

    /** So many times as long as on other nodes. It leaves room for load, and is chosen, not measured. */
    private static final double FAR = 5;

    private final Map<Key, Count> counts;

    private record Key(String namespace, String pod, String container, String type) {}

    /**
     * Of probes within {@link #WINDOW}.
     *
     * @param timed of how many it is known how long they took, of those that succeeded
     * @param seconds that these took, together
     */
    private record Count(double all, double failed, double timed, double seconds) {
        static final Count NONE = new Count(0, 0, 0, 0);

        Count plus(Count other) {
            return new Count(all + other.all, failed + other.failed, timed + other.timed, seconds + other.seconds);
        }

        /** NaN of none, which is neither more nor less than anything. */
        double share() {
            return failed / all;
        }

        /** In seconds; NaN where it is not known, as for share. */
        double average() {
            return seconds / timed;
        }
    }

    /** What points at exec, and the workloads that it is seen of. */
    private record Sign(Effect effect, String words, Set<String> workloads) {}

    private ProbeCounts(Map<Key, Count> counts) {
        this.counts = counts;
    }

    /** Asks Prometheus, once for all nodes. */
    public static ProbeCounts read(Prometheus prometheus) {
        ProbeCounts read = new ProbeCounts(new HashMap<>());
        prometheus
                .query(increase("prober_probe_total", ", result"))
                .forEach(sample -> read.add(
                        sample,
                        new Count(
                                sample.value(),
                                label(sample, "result").equals("failed") ? sample.value() : 0,
                                /* timed= */ 0,
                                /* seconds= */ 0)));
        prometheus
                .query(increase("prober_probe_duration_seconds_count", ""))
                .forEach(sample -> read.add(sample, new Count(0, 0, sample.value(), 0)));
        prometheus
                .query(increase("prober_probe_duration_seconds_sum", ""))
                .forEach(sample -> read.add(sample, new Count(0, 0, 0, sample.value())));
        return read;
    }

    private static String increase(String metric, String moreLabels) {
        return "sum by (namespace, pod, container, probe_type" + moreLabels + ") (increase(" + metric
                + "{probe_type=~\"Liveness|Readiness\"}[" + WINDOW.toMinutes() + "m]))";
    }

    private void add(Sample sample, Count count) {
        Key key = new Key(
                label(sample, "namespace"),
                label(sample, "pod"),
                label(sample, "container"),
                label(sample, "probe_type"));
        counts.merge(key, count, Count::plus);
    }

    private static String label(Sample sample, String name) {
        return Objects.requireNonNullElse(sample.labels().get(name), "");
    }

    /** A pod by its name. */
    record PodName(String namespace, String name) {}

    /** Pods with a probe that was counted before and is not any more, fails nearly always, or takes long; of any handler. */
    Set<PodName> suspiciousPods() {
        return counts.entrySet().stream()
                .filter(each -> each.getValue().all == 0
                        || each.getValue().share() >= MOST
                        || each.getValue().average() >= LONG)
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
        Map<String, Count> failing = new TreeMap<>();
        Set<String> slow = new TreeSet<>();
        for (Workload pod : pods) {
            for (ExecHandler exec : pod.execHandlers()) {
                Timing timing = exec.timing();
                if (timing == null || exec.handler() == Handler.STARTUP) {
                    continue;
                }
                Count here = counts.getOrDefault(key(pod, exec), Count.NONE);
                if (here.all == 0 && isProbed(pod, exec, now) && timing.period() <= WINDOW.toSeconds() / 3) {
                    uncounted.add(workload(pod));
                    continue;
                }
                Count elsewhere = elsewhere(pod, exec, names);
                if (here.share() >= MOST && elsewhere.share() <= FEW) {
                    failing.merge(workload(pod), here, Count::plus);
                } else if (here.average() >= Math.max(LONG, FAR * elsewhere.average())) {
                    slow.add(workload(pod));
                }
            }
        }
        boolean someWork = failing.values().stream().anyMatch(count -> count.share() < 1);
        List<Sign> signs = Stream.of(
                        new Sign(
                                Effect.ALWAYS_FAILS,
                                "prober_probe_total of their exec probes stands still, that of others rises",
                                uncounted),
                        new Sign(
                                someWork ? Effect.SOMETIMES_FAILS : Effect.ALWAYS_FAILS,
                                (someWork ? "nearly all of" : "all of")
                                        + " their exec probes fail here, and hardly any on" + " other nodes",
                                failing.keySet()),
                        new Sign(
                                Effect.SLOW,
                                "their exec probes take over a second here, and less than a fifth of that on other nodes",
                                slow))
                .filter(sign -> sign.workloads.size() >= WORKLOADS)
                .toList();
        return signs.stream()
                .map(Sign::effect)
                .min(Comparator.naturalOrder()) // the worst
                .map(effect -> new Observation(
                        now,
                        null,
                        effect,
                        signs.stream()
                                .flatMap(sign -> sign.workloads.stream())
                                .distinct()
                                .sorted()
                                .toList(),
                        signs.stream().map(Sign::words).toList()));
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
