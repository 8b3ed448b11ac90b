package io.probeguard.catalogue;

import org.jspecify.annotations.Nullable;

/**
 * A symptom in an Event of a kubelet.
 *
 * @param build whose signature it is; null if it fits any
 */
public record ObservedSymptom(Symptom symptom, @Nullable CatalogueEntry build) {}
