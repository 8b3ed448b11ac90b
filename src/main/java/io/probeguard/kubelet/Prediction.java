package io.probeguard.kubelet;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.probeguard.kubelet.Consequence.Outcome;
import io.probeguard.kubelet.PodSimulation.CallsOfRuns;
import io.probeguard.kubelet.PodTimeline.Event;
import io.probeguard.kubelet.Scenario.OnTerm;
import io.probeguard.kubelet.Trace.HandlerKey;
import io.probeguard.probe.Container;
import io.probeguard.probe.Handler;
import io.probeguard.probe.Probe;
import io.probeguard.probe.Timing;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What happens to a pod on a node whose exec is faulty, and what each of its exec probes and hooks has to do with it: the
 * simulation, for judgement. Predictions are kept, since many pods are alike; the same situation always gives the same.
 */
public final class Prediction {
    /** More templates than are usually on flagged nodes; each keeps a time line. */
    private static final int KEPT = 300;
    /** Bounds of more runs differ by tenths of a second. */
    private static final int RUNS = 200;
    /** With fewer, bounds would be far off. */
    private static final int FEWEST_RUNS = 24;
    /** Steps of all runs. So long a prediction takes about a second at most, whatever pod somebody creates. */
    private static final double MOST_STEPS = 400_000;

    private static final long DEFAULT_GRACE = 30;
    private static final double SHORTEST = 900;
    private static final double LONGEST = 86_400;
    /** When a pod is deleted, to see what its preStop hooks do then; seconds. */
    private static final double DELETE_AT = 60;
    /** How long a call that hangs takes the kubelet beyond its timeout (runtimeRequestTimeout). */
    private static final double HANG = 120;

    private static final LoadingCache<Situation, Prediction> PREDICTIONS =
            Caffeine.newBuilder().maximumSize(KEPT).build(Prediction::new);

    private final Map<HandlerKey, Consequence> consequences = new HashMap<>();
    private final List<PodTimeline> timelines;

    /** Makes it anew, which takes up to a second. */
    Prediction(Situation situation) {
        List<Container> containers = containers(situation);
        double seconds = seconds(containers, situation.fault());
        int runs = (int) Math.min(RUNS, MOST_STEPS / steps(containers, seconds));
        if (runs < FEWEST_RUNS) {
            timelines = List.of();
            return;
        }
        PodSimulation simulation = PodSimulation.run(scenario(situation, null, seconds), runs);
        timelines = simulation.timelines();
        boolean stops = containers.stream().anyMatch(container -> container.execs(Handler.PRE_STOP));
        PodSimulation deletion = stops ? PodSimulation.run(scenario(situation, DELETE_AT, SHORTEST), runs) : simulation;
        PodTimeline alive = timelines.get(0);
        PodTimeline deleted = stops ? deletion.timelines().get(0) : alive;
        for (Container container : containers) {
            for (Handler handler : Handler.values()) {
                if (container.name() != null && container.execs(handler)) {
                    HandlerKey key = new HandlerKey(container.name(), handler);
                    Judge judge = handler == Handler.PRE_STOP
                            ? new Judge(situation, container, deleted, deletion.calls(key))
                            : new Judge(situation, container, alive, simulation.calls(key));
                    consequences.put(key, judge.consequence(handler));
                }
            }
        }
    }

    /** The prediction for a situation, from the kept ones where it is there. */
    public static Prediction of(Situation situation) {
        return PREDICTIONS.get(situation);
    }

    /** What happens to the pod; null where it has so many probes that none is predicted. */
    public @Nullable PodTimeline timeline() {
        return timelines.isEmpty() ? null : timelines.get(0);
    }

    /** The same for each pod of a Job, in order; for others, of the only one. */
    public List<PodTimeline> timelines() {
        return timelines;
    }

    /** What one of its exec probes or hooks does; unknown where the pod has so many that none is predicted. */
    public Consequence of(Container container, Handler handler) {
        String name = container.name();
        return name == null
                ? Consequence.UNKNOWN
                : consequences.getOrDefault(new HandlerKey(name, handler), Consequence.UNKNOWN);
    }

    private static Scenario scenario(Situation situation, @Nullable Double deleteAt, double seconds) {
        return new Scenario(
                situation.pod(),
                situation.node(),
                situation.fault().faults(),
                new OnTerm(0),
                deleteAt,
                deleteAt == null ? situation.job() : null,
                seconds);
    }

    private static List<Container> containers(Situation situation) {
        return Stream.concat(situation.pod().containers().stream(), situation.pod().initContainers().stream())
                .filter(Objects::nonNull)
                .toList();
    }

    /** Long enough for the first kill. */
    private static double seconds(List<Container> containers, ExecFault fault) {
        double kill = containers.stream()
                .mapToDouble(container -> Stream.of(Handler.LIVENESS, Handler.STARTUP)
                        .map(container::probe)
                        .filter(Objects::nonNull)
                        .mapToDouble(probe -> longest(probe, fault))
                        .sum())
                .max()
                .orElse(0);
        return Math.min(LONGEST, Math.max(1, Math.ceil(1.25 * kill / SHORTEST)) * SHORTEST);
    }

    private static double longest(Probe probe, ExecFault fault) {
        Timing timing = probe.timing();
        double each = Math.max(timing.period(), probe.isExec() && fault.hangs() ? timing.timeout() + HANG : 0);
        return timing.initialDelay() + (timing.failures() + 1.0) * each;
    }

    /** Of one run at most: calls of probes, and for each container what a look at the pod has to do with all of them. */
    private static double steps(List<Container> containers, double seconds) {
        double calls = containers.stream()
                .flatMap(container -> Stream.of(Handler.values()).map(container::probe))
                .filter(Objects::nonNull)
                .mapToDouble(probe -> seconds / probe.timing().period())
                .sum();
        return calls + (double) containers.size() * containers.size();
    }

    private record Judge(Situation situation, Container container, PodTimeline timeline, CallsOfRuns calls) {

        Consequence consequence(Handler handler) {
            return situation.fault() == ExecFault.MAY_LOSE_CONTAINER ? ofLostContainer(handler) : simulated(handler);
        }

        /** The container is dead, the runtime says that it runs, and every exec into it is an error from then on. */
        private Consequence ofLostContainer(Handler handler) {
            return outcome(
                    switch (handler) {
                        case LIVENESS, STARTUP -> Outcome.UNPROTECTED;
                        case READINESS -> Outcome.STAYS_READY;
                        case POST_START -> Outcome.NEVER_STARTED;
                        case PRE_STOP -> Outcome.NEVER_DELETED;
                    },
                    false);
        }

        private Consequence simulated(Handler handler) {
            return switch (handler) {
                case LIVENESS -> liveness();
                case READINESS -> readiness();
                case STARTUP -> startup();
                case POST_START -> postStart();
                case PRE_STOP -> preStop();
            };
        }

        private Consequence liveness() {
            if (calls.killed > 0) {
                return kill(Handler.LIVENESS);
            }
            if (calls.called == 0) {
                return neverRuns(Outcome.NEVER_RUNS);
            }
            if (calls.succeeded == 0 && (calls.failed == 0 || calls.errored == calls.runs)) {
                return outcome(Outcome.UNPROTECTED, true);
            }
            if (calls.succeeded == 0) {
                return outcome(Outcome.NOTHING_YET, true);
            }
            return calls.errored > 0 || calls.failed > 0
                    ? outcome(Outcome.UNPROTECTED, false)
                    : outcome(Outcome.LATE, true);
        }

        private Consequence readiness() {
            if (!happens(EventKind.READY)) {
                return calls.called == 0 ? neverRuns(Outcome.NEVER_READY) : outcome(Outcome.NEVER_READY, true);
            }
            if (calls.failed > 0 || happens(EventKind.NOT_READY) || calls.succeeded < calls.runs) {
                return outcome(Outcome.SOMETIMES_UNREADY, false);
            }
            return outcome(Outcome.LATE, calls.errored == 0);
        }

        private Consequence startup() {
            if (calls.killed > 0) {
                return kill(Handler.STARTUP);
            }
            if (calls.called == 0) {
                return neverRuns(Outcome.NEVER_STARTED);
            }
            if (ofContainer(EventKind.STARTUP_SUCCEEDED).findAny().isPresent()) {
                return outcome(Outcome.LATE, calls.errored == 0 && calls.failed == 0);
            }
            boolean counted = calls.failed > 0 && calls.errored < calls.runs;
            return outcome(counted ? Outcome.NOTHING_YET : Outcome.NEVER_STARTED, true);
        }

        private Consequence postStart() {
            if (calls.killed > 0) {
                return kill(Handler.POST_START);
            }
            if (calls.unanswered > 0) {
                return outcome(Outcome.NEVER_STARTED, calls.unanswered == calls.runs);
            }
            return calls.called == 0 ? neverRuns(Outcome.NEVER_RUNS) : outcome(Outcome.LATE, true);
        }

        private Consequence preStop() {
            if (timeline.events().stream().noneMatch(event -> event.event() == EventKind.DELETED && event.certain())) {
                return outcome(Outcome.NEVER_DELETED, !happens(EventKind.DELETED));
            }
            if (calls.succeeded == 0) {
                return outcome(Outcome.NO_GRACEFUL_STOP, true);
            }
            return calls.succeeded < calls.runs || calls.errored > 0 || calls.failed > 0
                    ? outcome(Outcome.NO_GRACEFUL_STOP, false)
                    : outcome(Outcome.LATE, true);
        }

        private Consequence kill(Handler handler) {
            boolean restarts = ofContainer(EventKind.STARTED).anyMatch(event -> event.n() > 1);
            return new Consequence(
                    restarts ? Outcome.RESTART_LOOP : Outcome.POD_FAILS,
                    calls.isAlwaysKilled(),
                    calls.firstKill(),
                    calls.mostKills,
                    grace(handler),
                    false,
                    null,
                    timeline.seconds());
        }

        private Consequence neverRuns(Outcome outcome) {
            Handler blockedBy = container.execs(Handler.POST_START)
                            && ofContainer(EventKind.STARTED).findAny().isPresent()
                            && !container.execs(Handler.STARTUP)
                    ? Handler.POST_START
                    : container.execs(Handler.STARTUP) ? Handler.STARTUP : null;
            return new Consequence(outcome, true, null, 0, 0, false, blockedBy, timeline.seconds());
        }

        private Consequence outcome(Outcome outcome, boolean certain) {
            boolean discarded = calls.called > 0 && calls.succeeded == 0 && calls.failed == 0;
            return new Consequence(outcome, certain, null, 0, 0, discarded, null, timeline.seconds());
        }

        private long grace(Handler handler) {
            Probe probe = situation.node().is(Rule.PROBE_GRACE) ? container.probe(handler) : null;
            Long own = probe == null ? null : probe.terminationGracePeriodSeconds();
            return own != null
                    ? own
                    : Objects.requireNonNullElse(situation.pod().terminationGracePeriodSeconds(), DEFAULT_GRACE);
        }

        private boolean happens(EventKind kind) {
            return timeline.events().stream().anyMatch(event -> event.event() == kind);
        }

        private Stream<Event> ofContainer(EventKind kind) {
            return timeline.events().stream()
                    .filter(event -> event.event() == kind && Objects.equals(event.container(), container.name()));
        }
    }
}
