package io.probeguard.output;

import io.probeguard.console.HtmlTemplates;
import io.probeguard.kubelet.PodTimeline;
import io.probeguard.manifest.SimulatedPod;
import io.probeguard.manifest.SimulationReport;
import io.probeguard.output.SimulationBars.Bar;
import io.probeguard.scan.Timeline;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One HTML page that needs nothing else: no script, no other file. */
public final class SimulationPage implements SimulationOutput {
    private static final int TICKS = 5;
    private static final int BAR_HEIGHT = 34;

    @Override
    public void write(SimulationReport report, PrintWriter out) {
        HtmlTemplates.template("simulate.mustache").execute(new Page(report), out);
    }

    record Page(SimulationReport report) {
        String kubelet() {
            return report.node().kubelet();
        }

        String runtime() {
            return report.node().runtime();
        }

        String faults() {
            return report.faults().isEmpty() ? "none" : String.join(", ", report.faults());
        }

        List<Pod> pods() {
            return report.pods().stream().map(Pod::new).toList();
        }
    }

    record Pod(SimulatedPod pod) {
        String title() {
            return pod.title();
        }

        Timeline timeline() {
            return picture(pod.timeline());
        }

        List<Row> events() {
            return pod.timeline().events().stream().map(Row::of).toList();
        }

        /** Null where nothing is missing. */
        @Nullable
        String never() {
            return pod.timeline().never().isEmpty() ? null : SimulationText.never(pod.timeline());
        }

        String seconds() {
            return SimulationText.duration(pod.timeline().seconds());
        }
    }

    record Row(String what, String n, String earliest, String latest, String certain) {
        static Row of(PodTimeline.Event event) {
            return new Row(
                    SimulationText.what(event),
                    Integer.toString(event.n()),
                    SimulationText.number(event.earliest()),
                    event.latest() == null ? "open" : SimulationText.number(event.latest()),
                    event.certain() ? "certain" : "possible");
        }
    }

    private static Timeline picture(PodTimeline timeline) {
        List<Timeline.Bar> bars = new ArrayList<>();
        for (Bar bar : SimulationBars.of(timeline)) {
            int top = bars.size() * BAR_HEIGHT;
            bars.add(new Timeline.Bar(bar.label(), top + 12, top + 17, spans(bar, timeline.seconds())));
        }
        List<Timeline.Tick> ticks = new ArrayList<>();
        for (int i = 0; i < TICKS; i++) {
            double second = timeline.seconds() * i / (TICKS - 1);
            String anchor = i == 0 ? "start" : i == TICKS - 1 ? "end" : "middle";
            ticks.add(new Timeline.Tick(
                    i == 0 ? "start" : SimulationText.duration(second), x(second, timeline.seconds()), anchor));
        }
        String label = bars.stream().map(Timeline.Bar::label).collect(Collectors.joining(", "));
        return new Timeline("What becomes over time of: " + label, bars, ticks);
    }

    private static List<Timeline.Segment> spans(Bar bar, double seconds) {
        return bar.spans().stream()
                .map(span -> new Timeline.Segment(
                        span.state().name().toLowerCase(Locale.ROOT),
                        x(span.from(), seconds),
                        Math.max(1, x(span.to(), seconds) - x(span.from(), seconds))))
                .toList();
    }

    private static long x(double second, double seconds) {
        return Math.round(second / seconds * Timeline.WIDTH);
    }
}
