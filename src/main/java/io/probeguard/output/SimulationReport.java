package io.probeguard.output;

import io.probeguard.kubelet.NodeSoftware;
import io.probeguard.manifest.SimulatedPod;
import java.util.List;

/**
 * All that was simulated.
 *
 * @param faults as they were given
 */
public record SimulationReport(NodeSoftware node, List<String> faults, List<SimulatedPod> pods) {}
