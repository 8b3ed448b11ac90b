package io.probeguard.cluster;

import io.probeguard.probe.WorkloadKind;
import java.util.List;

/**
 * A kind of objects that pods are created from, in one version of its API.
 *
 * @param apiVersion such as {@code apps/v1}
 * @param plural as in paths
 * @param selection which objects are listed, as part of a query; empty for all
 */
public record WorkloadResource(WorkloadKind kind, String apiVersion, String plural, String selection) {
    /**
     * Deployments, and Argo's Rollouts, keep ten old ReplicaSets each, all of which have one of these labels. Few are left
     * without them, so the API server may answer from its watch cache, which ignores the limit.
     */
    private static final String STANDALONE =
            "resourceVersion=0&labelSelector=%21pod-template-hash%2C%21rollouts-pod-template-hash&";

    /** A Job with a succeeded pod is complete, except one with more completions, whose pods are listed themselves. */
    private static final String NOT_COMPLETE = "fieldSelector=status.successful%3D0&";

    /** Each kind with the versions that may be served, the newest first. */
    public static final List<List<WorkloadResource>> KINDS = List.of(
            List.of(new WorkloadResource(WorkloadKind.DEPLOYMENT, "apps/v1", "deployments", "")),
            List.of(new WorkloadResource(WorkloadKind.STATEFUL_SET, "apps/v1", "statefulsets", "")),
            List.of(new WorkloadResource(WorkloadKind.DAEMON_SET, "apps/v1", "daemonsets", "")),
            List.of(new WorkloadResource(WorkloadKind.REPLICA_SET, "apps/v1", "replicasets", STANDALONE)),
            List.of(new WorkloadResource(WorkloadKind.REPLICATION_CONTROLLER, "v1", "replicationcontrollers", "")),
            List.of(new WorkloadResource(WorkloadKind.JOB, "batch/v1", "jobs", NOT_COMPLETE)),
            List.of(
                    new WorkloadResource(WorkloadKind.CRON_JOB, "batch/v1", "cronjobs", ""),
                    new WorkloadResource(
                            WorkloadKind.CRON_JOB, "batch/v1beta1", "cronjobs", ""))); // before Kubernetes 1.21

    /** The path that lists them, up to a part of its query. */
    String path() {
        return (apiVersion.contains("/") ? "/apis/" : "/api/") + apiVersion + "/" + plural + "?" + selection;
    }
}
