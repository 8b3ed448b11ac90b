package io.probeguard.probe;

import io.probeguard.text.Keyword;

/** Why something that was given, and holds or may hold exec probes, was not judged. */
public enum NotJudgedReason implements Keyword {
    /** It must be rendered first. */
    HELM_TEMPLATE,
    /** An exec probe or hook of a container in a custom resource that does not embed the whole pod. */
    CUSTOM_RESOURCE,
    /** By an annotation, its mode, as a static pod, or because no known node can run it. */
    LEFT_ALONE,
    /** By the policy, or because its namespace is never acted on. */
    EXEMPT,
    /** A document without kind or apiVersion. */
    NO_KIND,
    /** It runs on another container runtime than those of the catalogue. */
    OTHER_RUNTIME,
    /** It has more exec probes and hooks than any pod that a node could run. */
    TOO_MANY_HANDLERS,
    /** An AdmissionReview whose request has no object, as for DELETE. */
    ADMISSION_REVIEW
}
