package io.probeguard.scan;

import io.probeguard.kubelet.Consequence.Outcome;
import io.probeguard.kubelet.EventKind;
import io.probeguard.kubelet.PodTimeline;
import io.probeguard.policy.Finding;
import io.probeguard.probe.Handler;
import io.probeguard.scan.TimelineBars.Span;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A drawing of what happens to a container in its first minutes: with the probe as its author wrote it and, below it and to
 * the same scale, relaxed. All lengths are in units of the drawing.
 *
 * @param label the drawing in words
 */
public record Timeline(String label, List<Bar> bars, List<Tick> ticks) {
    public static final int WIDTH = 600;

    private static final int BAR_HEIGHT = 34;
    private static final int TICKS_HEIGHT = 16;
    private static final int TICKS = 5;
    private static final Set<Outcome> DRAWN = EnumSet.of(
            Outcome.RESTART_LOOP,
            Outcome.POD_FAILS,
            Outcome.NEVER_READY,
            Outcome.SOMETIMES_UNREADY,
            Outcome.NEVER_STARTED,
            Outcome.NEVER_RUNS,
            Outcome.LATE,
            Outcome.NOTHING_YET);

    public record Bar(String label, int textY, int y, List<Segment> segments) {}

    public record Segment(String state, long x, long width) {}

    /** @param anchor which side of the text is at {@code x} */
    public record Tick(String label, long x, String anchor) {}

    /** A bar for each container of a pod, and one for its readiness. */
    public static Timeline of(PodTimeline timeline) {
        List<Bar> bars = new ArrayList<>();
        for (TimelineBars.Bar bar : TimelineBars.of(timeline)) {
            bars.add(bar(bars.size(), bar.label(), bar, timeline.seconds()));
        }
        String label = bars.stream().map(Bar::label).collect(Collectors.joining(", "));
        return new Timeline("Over time: " + label, bars, ticks(timeline.seconds()));
    }

    /** Null for what is not about running or being Ready, and where it is not known what happens. */
    public static @Nullable Timeline of(Finding finding) {
        PodTimeline asWritten = finding.timeline();
        Outcome outcome = finding.consequence().outcome();
        if (asWritten == null || !DRAWN.contains(outcome)) {
            return null;
        }
        PodTimeline relaxed = finding.relaxedTimeline();
        double seconds = Math.max(asWritten.seconds(), relaxed == null ? 0 : relaxed.seconds());
        List<Bar> bars = new ArrayList<>();
        bars.add(bar(0, "as written: " + finding.summary(), finding, asWritten, seconds));
        if (relaxed != null) {
            String summary = Objects.requireNonNullElse(finding.relaxedSummary(), finding.summary());
            bars.add(bar(
                    1, (finding.after() == null ? "if relaxed: " : "relaxed: ") + summary, finding, relaxed, seconds));
        }
        return new Timeline(bars.stream().map(Bar::label).collect(Collectors.joining("; ")), bars, ticks(seconds));
    }

    public int width() {
        return WIDTH;
    }

    public int height() {
        return bars.size() * BAR_HEIGHT + TICKS_HEIGHT;
    }

    public int ticksY() {
        return height() - 2;
    }

    private static Bar bar(int line, String label, Finding finding, PodTimeline timeline, double seconds) {
        TimelineBars.Bar bar = finding.handler() == Handler.READINESS
                ? TimelineBars.ofReadiness(timeline)
                : TimelineBars.ofContainer(timeline, finding.container());
        List<Span> spans = new ArrayList<>(bar.spans());
        if (timeline.seconds() < seconds) {
            spans.add(new Span(TimelineBars.State.UNSURE, timeline.seconds(), seconds));
        }
        return bar(line, label + kills(finding, timeline), new TimelineBars.Bar(bar.label(), spans), seconds);
    }

    private static Bar bar(int line, String label, TimelineBars.Bar bar, double seconds) {
        return new Bar(
                label,
                line * BAR_HEIGHT + 12,
                line * BAR_HEIGHT + 17,
                bar.spans().stream().map(span -> segment(span, seconds)).toList());
    }

    private static Segment segment(Span span, double seconds) {
        long from = x(span.from(), seconds);
        return new Segment(
                span.state().name().toLowerCase(Locale.ROOT), from, Math.max(1, x(span.to(), seconds) - from));
    }

    private static long x(double second, double seconds) {
        return Math.round(Math.min(second, seconds) * WIDTH / seconds);
    }

    private static String kills(Finding finding, PodTimeline timeline) {
        long kills = timeline.events().stream()
                .filter(event -> event.event() == EventKind.KILLED
                        && event.certain()
                        && finding.handler() != Handler.READINESS
                        && finding.container().equals(event.container()))
                .count();
        return kills < 2 ? "" : ", killed " + kills + " times within " + minutes((long) timeline.seconds());
    }

    private static List<Tick> ticks(double seconds) {
        List<Tick> ticks = new ArrayList<>();
        for (int i = 0; i < TICKS; i++) {
            double second = Math.floor(seconds * i / (TICKS - 1));
            ticks.add(new Tick(
                    i == 0 ? "start" : minutes((long) second),
                    x(second, seconds),
                    i == 0 ? "start" : i == TICKS - 1 ? "end" : "middle"));
        }
        return ticks;
    }

    private static String minutes(long seconds) {
        return seconds % 60 == 0
                ? seconds / 60 + " min"
                : seconds / 60 + ":" + String.format(Locale.ROOT, "%02d", seconds % 60) + " min";
    }
}
