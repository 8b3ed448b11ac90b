package io.probeguard.output;

import io.probeguard.kubelet.PodTimeline;
import io.probeguard.kubelet.PodTimeline.Absence;
import io.probeguard.kubelet.PodTimeline.Event;
import io.probeguard.manifest.SimulatedPod;
import io.probeguard.manifest.SimulationReport;
import io.probeguard.scan.TimelineBars;
import io.probeguard.scan.TimelineBars.Bar;
import io.probeguard.text.Wording;
import io.probeguard.text.WrappedText;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;

/** For people: a picture and a list for each pod. */
public final class SimulationText implements SimulationOutput {
    private static final int LABEL = 20;
    private static final int CELLS = WrappedText.WIDTH - LABEL - 4;
    private static final int TICKS = 4;
    /** More events of one kind of one container than this are given as a count. */
    private static final int MOST_ALIKE = 6;

    @Override
    public void write(SimulationReport report, PrintWriter out) {
        String faults = report.faults().isEmpty() ? "none" : String.join(", ", report.faults());
        WrappedText.print(
                "",
                "Kubelet " + report.node().kubelet() + " with " + report.node().runtime() + "; faults: " + faults,
                out);
        int n = 0;
        SimulatedPod before = null;
        for (SimulatedPod pod : report.pods()) {
            boolean follows = before != null && before.isOfSameWorkload(pod);
            n = follows ? n + 1 : 1;
            before = pod;
            out.println();
            WrappedText.print("", pod.title() + (n == 1 ? "" : ", pod " + n), out);
            write(pod.timeline(), out);
        }
    }

    private static void write(PodTimeline timeline, PrintWriter out) {
        for (Bar bar : TimelineBars.of(timeline)) {
            out.println("  " + padded(bar.label()) + cells(bar, timeline.seconds()));
        }
        out.println("  " + " ".repeat(LABEL) + ticks(timeline.seconds()));
        out.println("  " + " ".repeat(LABEL) + "= running, Ready   x killed   . waiting, not Ready   ? uncertain");
        lines(timeline.events()).forEach(line -> WrappedText.print("    ", line, out));
        if (!timeline.never().isEmpty()) {
            WrappedText.print("    ", "never within " + duration(timeline.seconds()) + ": " + never(timeline), out);
        }
    }

    private static String padded(String label) {
        String clean = Wording.clean(label);
        String cut = clean.length() < LABEL ? clean : clean.substring(0, LABEL - 2) + "~";
        return cut + " ".repeat(LABEL - cut.length());
    }

    private static String cells(Bar bar, double seconds) {
        StringBuilder cells = new StringBuilder();
        for (int i = 0; i < CELLS; i++) {
            cells.append(
                    bar.between(seconds * i / CELLS, seconds * (i + 1) / CELLS).mark());
        }
        return cells.toString();
    }

    private static String ticks(double seconds) {
        StringBuilder line = new StringBuilder("0");
        for (int i = 1; i <= TICKS; i++) {
            String label = duration(seconds * i / TICKS);
            int end = i == TICKS ? CELLS : CELLS * i / TICKS + label.length() / 2;
            line.append(" ".repeat(Math.max(1, end - line.length() - label.length())))
                    .append(label);
        }
        return line.toString();
    }

    /** The events in order; of repeated ones, the first few. */
    static List<String> lines(List<Event> events) {
        List<String> lines = new ArrayList<>();
        for (Event event : events) {
            if (event.n() <= MOST_ALIKE) {
                lines.add(line(event));
            } else if (event.n() == MOST_ALIKE + 1) {
                long more = events.stream()
                        .filter(other -> isAlike(event, other) && other.n() > MOST_ALIKE)
                        .count();
                lines.add(span(event) + "  " + what(event) + ", and so on: up to " + (MOST_ALIKE + more) + " times");
            }
        }
        return lines;
    }

    private static boolean isAlike(Event one, Event other) {
        return one.event() == other.event() && Objects.equals(one.container(), other.container());
    }

    private static String line(Event event) {
        return span(event) + "  " + what(event) + (event.n() == 1 ? "" : " (" + event.n() + ")")
                + (event.certain() ? "" : ", possibly");
    }

    static String what(Event event) {
        return (event.container() == null ? "" : event.container() + " ")
                + event.event().phrase();
    }

    private static String span(Event event) {
        String span = event.latest() == null
                ? number(event.earliest()) + " s or later"
                : number(event.earliest()) + " to " + number(event.latest()) + " s";
        return String.format(Locale.ROOT, "%17s", span);
    }

    static String never(PodTimeline timeline) {
        return timeline.never().stream().map(SimulationText::absence).collect(Collectors.joining(", "));
    }

    private static String absence(Absence absence) {
        return (absence.container() == null ? "" : absence.container() + " ")
                + absence.event().phrase();
    }

    static String number(double seconds) {
        return seconds == Math.rint(seconds) ? Long.toString((long) seconds) : Double.toString(seconds);
    }

    /** {@code 90 s}, {@code 15 min}, {@code 3:45 min}. */
    static String duration(double seconds) {
        long whole = Math.round(seconds);
        if (whole < 120) {
            return whole + " s";
        }
        return whole % 60 == 0
                ? whole / 60 + " min"
                : String.format(Locale.ROOT, "%d:%02d min", whole / 60, whole % 60);
    }
}
