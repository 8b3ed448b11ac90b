package io.probeguard.cluster;

import io.probeguard.probe.WorkloadKind;
import java.util.List;

/**
 * A kind of objects that pods are made from, as one version of its API lists it.
 *
 * @param apiVersion such as {@code apps/v1}
 * @param plural as paths have it
 * @param selection what of them is asked for, as a part of a query; empty for all
 */
public record WorkloadResource(WorkloadKind kind, String apiVersion, String plural, String selection) {
    /**
     * Deployments, and Argo's Rollouts, keep ten old ReplicaSets each, all of which have one of these labels. Without them
     * few are left, so that the API server may answer in one from its watch cache.
     */
    private static final String ON_THEIR_OWN =
            "resourceVersion=0&labelSelector=%21pod-template-hash%2C%21rollouts-pod-template-hash&";

    /** A Job with a pod that succeeded is over, but for those that want more of them, whose pods tell. */
    private static final String NOT_OVER = "fieldSelector=status.successful%3D0&";

    /** Each kind by the versions that may be served, the newest first. */
    public static final List<List<WorkloadResource>> KINDS = List.of(
            List.of(new WorkloadResource(WorkloadKind.DEPLOYMENT, "apps/v1", "deployments", "")),
            List.of(new WorkloadResource(WorkloadKind.STATEFUL_SET, "apps/v1", "statefulsets", "")),
            List.of(new WorkloadResource(WorkloadKind.DAEMON_SET, "apps/v1", "daemonsets", "")),
            List.of(new WorkloadResource(WorkloadKind.REPLICA_SET, "apps/v1", "replicasets", ON_THEIR_OWN)),
            List.of(new WorkloadResource(WorkloadKind.REPLICATION_CONTROLLER, "v1", "replicationcontrollers", "")),
            List.of(new WorkloadResource(WorkloadKind.JOB, "batch/v1", "jobs", NOT_OVER)),
            List.of(
                    new WorkloadResource(WorkloadKind.CRON_JOB, "batch/v1", "cronjobs", ""),
                    new WorkloadResource(
                            WorkloadKind.CRON_JOB, "batch/v1beta1", "cronjobs", ""))); // before Kubernetes 1.21

    /** The beginning of the path by which they are listed, up to a part of its query. */
    String path() {
        return (apiVersion.contains("/") ? "/apis/" : "/api/") + apiVersion + "/" + plural + "?" + selection;
    }
}
