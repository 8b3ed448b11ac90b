package io.probeguard.probe;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The kinds that embed a PodSpec, with every API group they were ever served under. A kind of the same name in another
 * group is a custom resource.
 */
public enum WorkloadKind {
    POD("Pod", WorkloadShape.Pod.class, ""),
    POD_TEMPLATE("PodTemplate", WorkloadShape.PodTemplate.class, ""),
    DEPLOYMENT("Deployment", WorkloadShape.Templated.class, "apps", "extensions"),
    STATEFUL_SET("StatefulSet", WorkloadShape.Templated.class, "apps"),
    DAEMON_SET("DaemonSet", WorkloadShape.Templated.class, "apps", "extensions"),
    REPLICA_SET("ReplicaSet", WorkloadShape.Templated.class, "apps", "extensions"),
    REPLICATION_CONTROLLER("ReplicationController", WorkloadShape.Templated.class, ""),
    JOB("Job", WorkloadShape.Templated.class, "batch", "extensions"),
    CRON_JOB("CronJob", WorkloadShape.Scheduled.class, "batch"),
    /** CronJob's name in batch/v2alpha1 of Kubernetes 1.4. */
    SCHEDULED_JOB("ScheduledJob", WorkloadShape.Scheduled.class, "batch"),
    /** OpenShift's; its legacy API had no group. */
    DEPLOYMENT_CONFIG("DeploymentConfig", WorkloadShape.Templated.class, "apps.openshift.io", ""),
    /** StatefulSet's name in apps/v1alpha1 of Kubernetes 1.3 and 1.4. */
    PET_SET("PetSet", WorkloadShape.Templated.class, "apps"),
    /** Any other kind, in whose objects pods are found by their shape; no object names it. */
    CUSTOM("custom resource", WorkloadShape.Custom.class);

    private static final Map<String, WorkloadKind> BY_NAME = new HashMap<>();

    static {
        for (WorkloadKind kind : values()) {
            BY_NAME.put(kind.kindName, kind);
        }
    }

    private final String kindName;
    private final Class<? extends WorkloadShape> shape;

    @SuppressWarnings("ImmutableEnumChecker") // created by Set.of
    private final Set<String> groups;

    WorkloadKind(String kindName, Class<? extends WorkloadShape> shape, String... groups) {
        this.kindName = kindName;
        this.shape = shape;
        this.groups = Set.of(groups);
    }

    /** The kind by its name and API group; null for any that does not embed a PodSpec. */
    public static @Nullable WorkloadKind of(String group, String kind) {
        WorkloadKind found = BY_NAME.get(kind);
        return found != null && found.groups.contains(group) ? found : null;
    }

    /** The names of all that are known, as manifests write them. */
    public static List<String> names() {
        return Arrays.stream(values())
                .filter(kind -> kind != CUSTOM)
                .map(WorkloadKind::kindName)
                .toList();
    }

    /** The API group of an {@code apiVersion}: {@code apps} of {@code apps/v1}, empty of {@code v1}. */
    public static String group(String apiVersion) {
        int slash = apiVersion.indexOf('/');
        return slash < 0 ? "" : apiVersion.substring(0, slash);
    }

    /** Whether it is a Job, or makes Jobs. */
    boolean isJob() {
        return this == JOB || this == CRON_JOB || this == SCHEDULED_JOB;
    }

    /** As manifests write it. */
    public String kindName() {
        return kindName;
    }

    /** What Jackson reads an object of this kind into. */
    public Class<? extends WorkloadShape> shape() {
        return shape;
    }

    @Override
    public String toString() {
        return kindName;
    }
}
