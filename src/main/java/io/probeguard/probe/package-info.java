/** What a manifest says: the PodSpec of any workload, its containers, probes, hooks and timing. */
package io.probeguard.probe;
