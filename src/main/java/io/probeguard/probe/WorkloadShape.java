package io.probeguard.probe;

import io.probeguard.probe.Workload.Controller;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Where an object of a kind holds its pod: the few fields of it that are read. */
public sealed interface WorkloadShape {

    /** The object's metadata. */
    @Nullable
    Metadata metadata();

    /** The pod, or the template of one; null where the object is incomplete. */
    @Nullable
    Pod pod();

    /** The limits that the object has if it is a Job, or makes Jobs; null where it has no place for any. */
    default @Nullable JobLimits job() {
        return null;
    }

    /** JSON pointer of the PodSpec within the object. */
    String specPointer();

    record Metadata(
            @Nullable String name,
            @Nullable String generateName,
            @Nullable String namespace,
            @Nullable String uid,
            @Nullable PodAnnotations annotations,
            @Nullable List<OwnerReference> ownerReferences) {

        /** The controller that created the object; null where a person did. */
        @Nullable
        Controller controller() {
            for (OwnerReference owner : PodSpec.items(ownerReferences)) {
                if (Boolean.TRUE.equals(owner.controller) && owner.kind != null && owner.name != null) {
                    return new Controller(owner.apiVersion, owner.kind, owner.name, owner.uid);
                }
            }
            return null;
        }
    }

    record OwnerReference(
            @Nullable String apiVersion,
            @Nullable String kind,
            @Nullable String name,
            @Nullable String uid,
            @Nullable Boolean controller) {}

    /** A Pod, or a PodTemplateSpec, which has the same two fields. */
    record Pod(
            @Nullable Metadata metadata,
            @Nullable PodSpec spec,
            @Nullable Object status) implements WorkloadShape {
        @Override
        public Pod pod() {
            return this;
        }

        @Override
        public String specPointer() {
            return "/spec";
        }
    }

    record PodTemplate(
            @Nullable Metadata metadata, @Nullable Pod template) implements WorkloadShape {
        @Override
        public @Nullable Pod pod() {
            return template;
        }

        @Override
        public String specPointer() {
            return "/template/spec";
        }
    }

    /** Deployments and the like. */
    record Templated(@Nullable Metadata metadata, @Nullable TemplatedSpec spec) implements WorkloadShape {
        record TemplatedSpec(
                @Nullable Pod template,
                @Nullable Object backoffLimit,
                @Nullable Object activeDeadlineSeconds) {}

        @Override
        public @Nullable Pod pod() {
            return spec == null ? null : spec.template;
        }

        @Override
        public @Nullable JobLimits job() {
            return spec == null ? null : JobLimits.of(spec.backoffLimit, spec.activeDeadlineSeconds);
        }

        @Override
        public String specPointer() {
            return "/spec/template/spec";
        }
    }

    /** CronJobs. */
    record Scheduled(@Nullable Metadata metadata, @Nullable ScheduledSpec spec) implements WorkloadShape {
        record ScheduledSpec(@Nullable Templated jobTemplate) {}

        @Override
        public @Nullable Pod pod() {
            return spec == null || spec.jobTemplate == null ? null : spec.jobTemplate.pod();
        }

        @Override
        public @Nullable JobLimits job() {
            return spec == null || spec.jobTemplate == null ? null : spec.jobTemplate.job();
        }

        @Override
        public String specPointer() {
            return "/spec/jobTemplate/spec/template/spec";
        }
    }

    /**
     * A pod in an object of a kind that is not known.
     *
     * @param metadata of that object
     */
    record Custom(@Nullable Metadata metadata, Pod pod, String specPointer) implements WorkloadShape {}

    /**
     * The workload that this is, of a kind that is known.
     *
     * @param defaultNamespace such as the request's, for an object that names none
     * @return null where the object holds no PodSpec
     */
    default @Nullable Workload toWorkload(WorkloadKind kind, @Nullable String defaultNamespace) {
        return toWorkload(kind, kind.kindName(), defaultNamespace);
    }

    /**
     * The workload that this is.
     *
     * @param kindName the kind as manifests write it
     * @param defaultNamespace such as the request's, for an object that names none
     * @return null where the object holds no PodSpec
     */
    default @Nullable Workload toWorkload(WorkloadKind kind, String kindName, @Nullable String defaultNamespace) {
        Pod pod = pod();
        if (pod == null || pod.spec() == null) {
            return null;
        }
        Metadata own = Objects.requireNonNullElse(metadata(), NO_METADATA);
        Metadata pods = Objects.requireNonNullElse(pod.metadata(), NO_METADATA);
        String generateName = Objects.requireNonNullElse(own.generateName(), "");
        return new Workload(
                kind,
                kindName,
                own.namespace() != null ? own.namespace() : defaultNamespace,
                Objects.requireNonNullElse(own.name(), generateName),
                generateName,
                own.uid(),
                own.controller(),
                pod.metadata() != null,
                pods.annotations() != null,
                Objects.requireNonNullElse(pods.annotations(), PodAnnotations.NONE),
                pod.spec(),
                kind.isJob() ? job() : null,
                kind == WorkloadKind.POD ? PodState.of(pod.status()) : null,
                specPointer());
    }

    /** Stands for absent metadata. */
    Metadata NO_METADATA = new Metadata(null, null, null, null, null, null);
}
