package io.probeguard.admission;

import io.probeguard.probe.Workload;
import org.jspecify.annotations.Nullable;

/** What a request is about, where it concerns us. */
sealed interface Subject {

    /** @param before the object before an update; null otherwise */
    record WorkloadChange(Workload now, @Nullable Workload before) implements Subject {}

    /**
     * A namespace that is made or changed.
     *
     * @param label the value of its mode label; null where it has none
     * @param labelBefore the same before an update
     */
    record NamespaceChange(
            String name, @Nullable String label, @Nullable String labelBefore) implements Subject {}

    /** The scheduler puts a pod on a node. */
    record Binding(String namespace, String pod, String node) implements Subject {}
}
