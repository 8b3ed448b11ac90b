package io.probeguard.cluster;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.probeguard.probe.Workload;
import io.probeguard.probe.WorkloadKind;
import io.probeguard.probe.WorkloadMapper;
import io.probeguard.probe.WorkloadShape;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JavaType;

/** A page of a list of pods, Deployments or the like, with only those fields that the judgement reads. */
record WorkloadList<S extends WorkloadShape>(@Nullable Metadata metadata, List<S> items) {
    WorkloadList {
        items = Objects.requireNonNullElse(items, List.of());
    }

    record Metadata(@JsonProperty("continue") @Nullable String next) {}

    /** @param json a list as the API server sends it */
    static WorkloadList<?> read(WorkloadKind kind, String json) {
        JavaType type =
                WorkloadMapper.INSTANCE.getTypeFactory().constructParametricType(WorkloadList.class, kind.shape());
        return WorkloadMapper.INSTANCE.readValue(json, type);
    }

    /** @param namespace of items that name none themselves; null if each does */
    List<Workload> workloads(WorkloadKind kind, @Nullable String namespace) {
        return items.stream()
                .map(item -> item.toWorkload(kind, namespace))
                .filter(Objects::nonNull)
                .toList();
    }

    /** The continue token of the next page; empty after the last. */
    String next() {
        return metadata == null ? "" : Objects.requireNonNullElse(metadata.next, "");
    }
}
