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

/** A page of a list of pods, Deployments or the like: of each only what the judgement reads. */
record WorkloadList<S extends WorkloadShape>(@Nullable Metadata metadata, List<S> items) {
    WorkloadList {
        items = Objects.requireNonNullElse(items, List.of());
    }

    record Metadata(@JsonProperty("continue") @Nullable String next) {}

    /** @param json as the API server answers */
    static WorkloadList<?> read(WorkloadKind kind, String json) {
        JavaType type =
                WorkloadMapper.INSTANCE.getTypeFactory().constructParametricType(WorkloadList.class, kind.shape());
        return WorkloadMapper.INSTANCE.readValue(json, type);
    }

    /** @param namespace of those that name none themselves; null where each does */
    List<Workload> workloads(WorkloadKind kind, @Nullable String namespace) {
        return items.stream()
                .map(item -> item.toWorkload(kind, namespace))
                .filter(Objects::nonNull)
                .toList();
    }

    /** Where the next page begins; empty after the last one. */
    String next() {
        return metadata == null ? "" : Objects.requireNonNullElse(metadata.next, "");
    }
}
