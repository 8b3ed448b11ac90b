package io.probeguard.output;

import io.probeguard.console.HtmlTemplates;
import io.probeguard.kubelet.PodTimeline;
import io.probeguard.manifest.SimulatedPod;
import io.probeguard.manifest.SimulationReport;
import io.probeguard.scan.Timeline;
import java.io.PrintWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One HTML page that needs nothing else: no script, no other file. */
public final class SimulationPage implements SimulationOutput {
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
            return Timeline.of(pod.timeline());
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
}
