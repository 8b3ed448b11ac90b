package io.probeguard.manifest;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.probeguard.kubelet.NodeSoftware;
import io.probeguard.kubelet.PodSimulation;
import io.probeguard.kubelet.PodTimeline;
import io.probeguard.kubelet.Scenario;
import io.probeguard.probe.Workload;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A simulated pod: what it is a pod of, on what, and what happens to it. src/site/markdown/simulate.md documents it.
 *
 * @param name the workload's
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record SimulatedPod(
        String file,
        int line,
        String kind,
        @Nullable String namespace,
        String name,
        String kubelet,
        String runtime,
        @JsonUnwrapped PodTimeline timeline) {

    /** The pods of one workload: several for a Job whose pods fail. */
    public static List<SimulatedPod> of(SimulatedManifests.Found found, Scenario scenario) {
        Workload workload = found.workload().workload();
        NodeSoftware node = scenario.node();
        return PodSimulation.of(scenario).stream()
                .map(timeline -> new SimulatedPod(
                        found.file(),
                        found.line(),
                        workload.kindName(),
                        workload.namespace(),
                        workload.name(),
                        node.kubelet(),
                        node.runtime(),
                        timeline))
                .toList();
    }

    /** What it is a pod of, and where that stands. */
    public String title() {
        return file + ":" + line + " " + kind + " " + (namespace == null ? "" : namespace + "/") + name;
    }

    public boolean isOfSameWorkload(SimulatedPod other) {
        return file.equals(other.file) && line == other.line;
    }
}
