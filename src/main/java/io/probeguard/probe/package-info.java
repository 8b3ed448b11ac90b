/** What a manifest says: the PodSpec of any workload, its containers, probes, hooks and timing. */
@NullMarked
package io.probeguard.probe;

import org.jspecify.annotations.NullMarked;
