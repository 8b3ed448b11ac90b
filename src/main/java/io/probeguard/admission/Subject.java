package io.probeguard.admission;

import io.probeguard.probe.Workload;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a request to review is about. */
sealed interface Subject {

    /**
     * A workload, or a custom resource that embeds pods, is created or updated.
     *
     * @param now one for each pod that it embeds
     * @param before the same before an update; empty otherwise
     * @param unjudged how many exec probes and hooks of a custom resource are in none of them
     */
    record WorkloadChange(List<Workload> now, List<Workload> before, int unjudged) implements Subject {}

    /**
     * A namespace that is created or updated.
     *
     * @param label the value of its mode label; null if it has none
     * @param labelBefore the same before an update
     */
    record NamespaceChange(
            String name, @Nullable String label, @Nullable String labelBefore) implements Subject {}

    /** An object of a type that is not known takes more memory than there is for it. */
    record TooLarge() implements Subject {}

    /** The scheduler binds a pod to a node. */
    record Binding(String namespace, String pod, String node) implements Subject {}
}
