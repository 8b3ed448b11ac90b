package io.probeguard.manifest;

import io.probeguard.kubelet.NodeSoftware;
import java.util.List;

/**
 * All that was simulated.
 *
 * @param faults as they were given
 */
public record SimulationReport(NodeSoftware node, List<String> faults, List<SimulatedPod> pods) {}
