/**
 * Exec probes and exec lifecycle hooks: how to find them in any workload that embeds a PodSpec, their timing, and what
 * the kubelet does with them over time. Knows nothing of nodes.
 */
package io.probeguard.probe;
