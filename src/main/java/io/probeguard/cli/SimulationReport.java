package io.probeguard.cli;

import io.probeguard.kubelet.NodeSoftware;
import java.util.List;

/**
 * All that was simulated.
 *
 * @param faults as they were given
 */
record SimulationReport(NodeSoftware node, List<String> faults, List<SimulatedPod> pods) {}
