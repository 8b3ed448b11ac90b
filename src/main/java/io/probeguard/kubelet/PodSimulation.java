package io.probeguard.kubelet;

import io.probeguard.kubelet.Consequence.Seconds;
import io.probeguard.kubelet.PodTimeline.Absence;
import io.probeguard.kubelet.PodTimeline.Event;
import io.probeguard.kubelet.Trace.Calls;
import io.probeguard.kubelet.Trace.HandlerKey;
import io.probeguard.kubelet.Trace.Subject;
import io.probeguard.probe.Container;
import io.probeguard.probe.Handler;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a kubelet makes of a pod. The pod is run many times over, with everything that nobody decides (when in its period a
 * probe ticks, how long a start takes) at its bounds and between them; what all runs have in common is certain, and
 * the earliest and the latest of an event are those of any run. The same scenario always gives the same answer.
 */
public final class PodSimulation {
    private static final int RUNS = 1000;
    /** What follows a chain of chances may come earlier or later than in any run: so much of its span for each before it. */
    private static final double MARGIN = 0.04;

    private static final int LONGEST_CHAIN = 4;
    /** Runs go on after the time looked at, so that what comes at its end is not taken to be impossible. */
    private static final double BEYOND = 1.05;

    private final Scenario scenario;
    private final List<List<Trace>> runs = new ArrayList<>();

    private PodSimulation(Scenario scenario, int count) {
        this.scenario = scenario;
        for (int i = 0; i < count; i++) {
            runs.add(run(scenario, new Draws(i)));
        }
    }

    /** What happens to the pod; of a Job, to each of its pods, in order, the last one's with the Job's own end. */
    public static List<PodTimeline> of(Scenario scenario) {
        return run(scenario, RUNS).timelines();
    }

    /** @param runs how often it is run; bounds are missed by few runs */
    static PodSimulation run(Scenario scenario, int runs) {
        return new PodSimulation(scenario, runs);
    }

    List<PodTimeline> timelines() {
        int pods = runs.stream().mapToInt(List::size).max().orElseThrow();
        List<PodTimeline> timelines = new ArrayList<>();
        for (int i = 0; i < pods; i++) {
            int pod = i;
            Merge merge = new Merge(scenario, pods);
            runs.forEach(traces -> merge.add(pod < traces.size() ? traces.get(pod) : null));
            PodTimeline timeline = merge.timeline();
            if (!timeline.events().isEmpty() || pod == 0) {
                timelines.add(timeline);
            }
        }
        return timelines;
    }

    /** What became of the calls of a probe or hook of the first pod. */
    CallsOfRuns calls(HandlerKey handler) {
        CallsOfRuns calls = new CallsOfRuns();
        runs.forEach(traces -> calls.add(traces.get(0).calls().get(handler), scenario.seconds()));
        return calls;
    }

    /** The traces of the pods, in seconds since the first start. */
    private static List<Trace> run(Scenario scenario, Draws draws) {
        Agenda agenda = new Agenda();
        JobRun job = new JobRun(scenario, agenda, draws);
        agenda.after(draws.anywhere(1), job::begin);
        if (scenario.job() != null && scenario.job().activeDeadlineSeconds() != null) {
            agenda.after(scenario.job().activeDeadlineSeconds(), job::deadline);
        }
        double zero = Math.floor(firstStart(agenda, job));
        if (scenario.deleteAt() != null) {
            agenda.after(zero + scenario.deleteAt() - agenda.now() + draws.of(Delay.DELETE), job::delete);
        }
        agenda.runUntil(zero + scenario.seconds() * BEYOND);
        return job.traces().stream().map(trace -> trace.since(zero)).toList();
    }

    private static double firstStart(Agenda agenda, JobRun job) {
        while (job.traces().isEmpty() || job.traces().get(0).times().isEmpty()) {
            agenda.runNext();
        }
        return agenda.now();
    }

    /** Many runs of one pod. */
    private static final class Merge {
        private final Scenario scenario;
        private final int pods;
        private final Map<Trace.Key, Span> spans = new HashMap<>();
        private int runs;
        private int open;

        Merge(Scenario scenario, int pods) {
            this.scenario = scenario;
            this.pods = pods;
        }

        private static final class Span {
            double earliest = Double.POSITIVE_INFINITY;
            double latest = Double.NEGATIVE_INFINITY;
            int runs;
        }

        /** @param trace null where there was no such pod */
        void add(@Nullable Trace trace) {
            runs++;
            if (trace == null) {
                return;
            }
            open += trace.isOver() ? 0 : 1;
            trace.times().forEach((key, time) -> {
                Span span = spans.computeIfAbsent(key, first -> new Span());
                span.earliest = Math.min(span.earliest, time);
                span.latest = Math.max(span.latest, time);
                span.runs++;
            });
        }

        PodTimeline timeline() {
            List<Event> events = new ArrayList<>();
            spans.forEach((key, span) -> {
                if (span.earliest <= scenario.seconds()) {
                    events.add(event(key, span));
                }
            });
            events.sort(Comparator.comparingDouble(Event::earliest)
                    .thenComparing(Event::event)
                    .thenComparing(Event::container, Comparator.nullsFirst(Comparator.naturalOrder()))
                    .thenComparingInt(Event::n));
            return new PodTimeline(scenario.seconds(), events, never());
        }

        private Event event(Trace.Key key, Span span) {
            boolean inAll = span.runs == runs;
            double margin = MARGIN * Math.min(key.n() - 1, LONGEST_CHAIN) * (span.latest - span.earliest);
            double latest = span.latest + margin;
            return new Event(
                    key.subject().event(),
                    key.subject().container(),
                    key.n(),
                    // The kubelet writes moments cut to whole seconds.
                    Math.floor(Math.max(0, span.earliest - margin)),
                    inAll || open == 0 ? (Double) tenths(latest) : null,
                    inAll && latest <= scenario.seconds());
        }

        private static double tenths(double seconds) {
            return Math.round(seconds * 10) / 10.0;
        }

        private List<Absence> never() {
            return expected()
                    .filter(subject -> spans.keySet().stream()
                            .noneMatch(key -> key.subject().equals(subject)))
                    .map(subject -> new Absence(subject.event(), subject.container()))
                    .toList();
        }

        private Stream<Subject> expected() {
            List<Subject> expected = new ArrayList<>();
            expected.add(new Subject(EventKind.READY, null));
            if (!scenario.pod().initContainers().isEmpty()) {
                expected.add(new Subject(EventKind.INITIALIZED, null));
            }
            for (Container container : containers()) {
                if (container.has(Handler.STARTUP)) {
                    expected.add(new Subject(EventKind.STARTUP_SUCCEEDED, container.name()));
                }
                boolean probed = Set.of(Handler.LIVENESS, Handler.STARTUP, Handler.POST_START).stream()
                        .anyMatch(container::has);
                if (probed || scenario.deleteAt() != null) {
                    expected.add(new Subject(EventKind.KILLED, container.name()));
                }
            }
            if (scenario.deleteAt() != null && pods == 1) {
                expected.add(new Subject(EventKind.DELETED, null));
            }
            return expected.stream();
        }

        private List<Container> containers() {
            return Stream.concat(scenario.pod().initContainers().stream(), scenario.pod().containers().stream())
                    .filter(container -> container != null && container.name() != null)
                    .toList();
        }
    }

    /** What became of the calls of one probe or hook, over all runs of its pod: each number is that of runs. */
    static final class CallsOfRuns {
        int runs;
        int called;
        int succeeded;
        int failed;
        int errored;
        /** Called, and never told how that went. */
        int unanswered;

        int killed;
        int mostKills;
        private double earliestKill = Double.POSITIVE_INFINITY;
        private double latestKill = Double.NEGATIVE_INFINITY;

        /**
         * @param calls null where there were none
         * @param seconds the time looked at; what comes later is left out
         */
        void add(@Nullable Calls calls, double seconds) {
            runs++;
            if (calls == null) {
                return;
            }
            called += calls.any ? 1 : 0;
            succeeded += calls.succeeded ? 1 : 0;
            failed += calls.failed ? 1 : 0;
            errored += calls.errored ? 1 : 0;
            unanswered += calls.any && !calls.succeeded && !calls.failed && !calls.errored ? 1 : 0;
            if (calls.kills > 0 && calls.firstKill <= seconds) {
                killed++;
                mostKills = Math.max(mostKills, calls.kills);
                earliestKill = Math.min(earliestKill, calls.firstKill);
                latestKill = Math.max(latestKill, calls.firstKill);
            }
        }

        boolean isAlwaysKilled() {
            return killed == runs;
        }

        /** Null where it is never killed. */
        @Nullable
        Seconds firstKill() {
            if (killed == 0) {
                return null;
            }
            return isAlwaysKilled()
                    ? Seconds.of(earliestKill, latestKill)
                    : new Seconds((long) Math.floor(earliestKill), null);
        }
    }
}
