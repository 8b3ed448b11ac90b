package io.probeguard.cluster;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.probeguard.probe.Workload;
import io.probeguard.probe.WorkloadKind;
import io.probeguard.probe.WorkloadMapper;
import io.probeguard.probe.WorkloadShape;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ObjectReader;

/** A page of a list of pods: of each only what the judgement reads. */
record PodList(@Nullable Metadata metadata, List<WorkloadShape.Pod> items) {
    private static final ObjectReader READER = WorkloadMapper.INSTANCE.readerFor(PodList.class);

    PodList {
        items = Objects.requireNonNullElse(items, List.of());
    }

    record Metadata(@JsonProperty("continue") @Nullable String next) {}

    /** @param json as the API server answers */
    static PodList read(String json) {
        return READER.readValue(json);
    }

    /** @param namespace of those that name none themselves; null where each does */
    List<Workload> workloads(@Nullable String namespace) {
        return items.stream()
                .map(pod -> pod.toWorkload(WorkloadKind.POD, namespace))
                .filter(Objects::nonNull)
                .toList();
    }

    /** Where the next page begins; empty after the last one. */
    String next() {
        return metadata == null ? "" : Objects.requireNonNullElse(metadata.next, "");
    }
}
