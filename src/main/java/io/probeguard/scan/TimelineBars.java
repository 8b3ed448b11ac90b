package io.probeguard.scan;

import io.probeguard.kubelet.EventKind;
import io.probeguard.kubelet.PodTimeline;
import io.probeguard.kubelet.PodTimeline.Event;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a simulated pod does over time, as bars: one for each container, and one for the pod's readiness. */
public final class TimelineBars {
    /** What a container or pod does for a while. */
    public enum State {
        RUNS('='),
        /** It is killed at some moment within. */
        KILLED('x'),
        /** It waits to be started, or is not Ready. */
        WAITS('.'),
        /** One or the other. */
        UNSURE('?');

        private final char mark;

        State(char mark) {
            this.mark = mark;
        }

        public char mark() {
            return mark;
        }
    }

    /** Seconds. */
    public record Span(State state, double from, double to) {}

    public record Bar(String label, List<Span> spans) {
        State at(double second) {
            return spans.stream()
                    .filter(span -> second < span.to)
                    .findFirst()
                    .map(Span::state)
                    .orElse(State.UNSURE);
        }

        /** The state that a reader must not miss between two moments. */
        public State between(double from, double to) {
            return spans.stream()
                    .filter(span -> span.from < to && span.to > from)
                    .map(Span::state)
                    .filter(state -> state == State.KILLED)
                    .findFirst()
                    .orElseGet(() -> at((from + to) / 2));
        }
    }

    private TimelineBars() {}

    public static List<Bar> of(PodTimeline timeline) {
        Set<String> containers = new LinkedHashSet<>();
        timeline.events().stream()
                .map(Event::container)
                .filter(container -> container != null)
                .forEach(containers::add);
        List<Bar> bars = new ArrayList<>();
        containers.forEach(container -> bars.add(ofContainer(timeline, container)));
        bars.add(ofReadiness(timeline));
        return bars;
    }

    static Bar ofContainer(PodTimeline timeline, String container) {
        return new Bar(container, spans(timeline, container, EventKind.STARTED, EventKind.KILLED, State.KILLED));
    }

    static Bar ofReadiness(PodTimeline timeline) {
        return new Bar("Ready", spans(timeline, null, EventKind.READY, EventKind.NOT_READY, State.UNSURE));
    }

    /** @param ending what the time is within which the end comes */
    private static List<Span> spans(
            PodTimeline timeline, @Nullable String container, EventKind start, EventKind end, State ending) {
        List<Span> spans = new ArrayList<>();
        List<Event> turns = timeline.events().stream()
                .filter(event -> (event.event() == start || event.event() == end)
                        && (container == null || container.equals(event.container())))
                .sorted(Comparator.comparingInt(Event::n).thenComparing(event -> event.event() == end))
                .toList();
        State now = State.WAITS;
        for (Event turn : turns) {
            double latest = turn.latest() == null ? timeline.seconds() : turn.latest();
            add(spans, now, Math.min(turn.earliest(), timeline.seconds()));
            boolean starts = turn.event() == start;
            State meanwhile = !turn.certain() ? State.UNSURE : starts ? State.WAITS : ending;
            add(spans, meanwhile, Math.min(latest, timeline.seconds()));
            now = !turn.certain() ? State.UNSURE : starts ? State.RUNS : State.WAITS;
        }
        add(spans, now, timeline.seconds());
        return spans;
    }

    private static void add(List<Span> spans, State state, double to) {
        double from = spans.isEmpty() ? 0 : spans.get(spans.size() - 1).to;
        if (to > from) {
            spans.add(new Span(state, from, to));
        }
    }
}
