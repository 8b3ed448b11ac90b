package io.probeguard.admission;

import io.probeguard.probe.Workload;
import org.jspecify.annotations.Nullable;

/** What a request to review is about. */
sealed interface Subject {

    /** @param before the object before an update; null otherwise */
    record WorkloadChange(Workload now, @Nullable Workload before) implements Subject {}

    /**
     * A namespace that is created or updated.
     *
     * @param label the value of its mode label; null if it has none
     * @param labelBefore the same before an update
     */
    record NamespaceChange(
            String name, @Nullable String label, @Nullable String labelBefore) implements Subject {}

    /** The scheduler binds a pod to a node. */
    record Binding(String namespace, String pod, String node) implements Subject {}
}
