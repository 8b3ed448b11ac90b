package io.probeguard.probe;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;

/**
 * The pods in an object of a kind that is not known, found by their shape: a PodTemplate, which has a {@code spec} with
 * containers, and a PodSpec in a field whose name says so, such as {@code podSpec}. The spec of the object itself is
 * neither: Prometheus and others have containers there that their operator merges into pods of its own.
 *
 * @param pods in the order written
 * @param handlers exec probes and hooks of containers that are in none of them
 */
public record EmbeddedPods(List<Place> pods, List<ExecPlace> handlers) {
    private static final Map<Handler, JsonPointer> FIELDS = new EnumMap<>(Handler.class);

    static {
        for (Handler handler : Handler.values()) {
            FIELDS.put(handler, JsonPointer.compile("/" + handler.field()));
        }
    }

    /**
     * A pod.
     *
     * @param pointer of the PodSpec
     * @param hasMetadata whether it is the spec of a PodTemplate, whose metadata stands beside it
     */
    public record Place(JsonPointer pointer, boolean hasMetadata) {
        /**
         * The pod as a workload's shape.
         *
         * @param object in which it was found
         * @throws JacksonException where a value does not fit its type, with its path from the object on
         */
        public WorkloadShape shape(JsonNode object) {
            JsonPointer whole = hasMetadata ? pointer.head() : pointer;
            WorkloadShape.Metadata metadata = read(object, JsonPointer.empty(), Head.class).metadata;
            WorkloadShape.Pod pod = hasMetadata
                    ? read(object, whole, WorkloadShape.Pod.class)
                    : new WorkloadShape.Pod(null, read(object, whole, PodSpec.class), null);
            return new WorkloadShape.Custom(metadata, pod, pointer.toString());
        }

        private static <T> T read(JsonNode object, JsonPointer at, Class<T> type) {
            try {
                return WorkloadMapper.INSTANCE.treeToValue(object.at(at), type);
            } catch (JacksonException e) {
                for (JsonPointer place = at; !place.matches(); place = place.head()) {
                    JsonPointer step = place.last();
                    if (step.mayMatchElement()) {
                        e.prependPath(object, step.getMatchingIndex());
                    } else {
                        e.prependPath(object, step.getMatchingProperty());
                    }
                }
                throw e;
            }
        }
    }

    /** What an object of any kind has. */
    private record Head(WorkloadShape.@Nullable Metadata metadata) {}

    /** An exec probe or hook. */
    public record ExecPlace(Handler handler, JsonPointer pointer) {}

    /** Looks through a whole object. */
    public static EmbeddedPods of(JsonNode object) {
        EmbeddedPods found = new EmbeddedPods(new ArrayList<>(), new ArrayList<>());
        found.collect(object, JsonPointer.empty(), true);
        return found;
    }

    /** All exec probes and hooks in a value, whether or not they are those of a pod. */
    public static List<ExecPlace> execHandlers(JsonNode value) {
        EmbeddedPods found = new EmbeddedPods(new ArrayList<>(), new ArrayList<>());
        found.collect(value, JsonPointer.empty(), false);
        return found.handlers;
    }

    private void collect(JsonNode node, JsonPointer pointer, boolean asPods) {
        if (asPods && !pointer.matches() && isTemplate(node)) {
            pods.add(new Place(pointer.appendProperty("spec"), true));
        } else if (asPods && isPodSpec(node, pointer)) {
            pods.add(new Place(pointer, false));
        } else {
            addHandlers(node, pointer);
            node.forEachEntry((key, value) -> {
                if (value.isContainer()) { // most are not, and a pointer to each would take more than all of the object
                    collect(value, pointer.appendProperty(key), asPods);
                }
            });
            for (int i = 0; node.isArray() && i < node.size(); i++) {
                if (node.path(i).isContainer()) {
                    collect(node.path(i), pointer.appendIndex(i), asPods);
                }
            }
        }
    }

    /** An object of another kind than Pod that is embedded as a whole has a spec of its own. */
    private static boolean isTemplate(JsonNode node) {
        String kind = node.path("kind").asString("Pod");
        return kind.equals("Pod") && hasContainers(node.path("spec"));
    }

    private static boolean isPodSpec(JsonNode node, JsonPointer pointer) {
        String field = pointer.matches() ? "" : pointer.last().getMatchingProperty();
        return field != null && field.toLowerCase(Locale.ROOT).endsWith("podspec") && hasContainers(node);
    }

    private static boolean hasContainers(JsonNode spec) {
        JsonNode containers = spec.path("containers");
        return containers.isArray()
                && !containers.isEmpty()
                && containers.valueStream().allMatch(JsonNode::isObject);
    }

    private void addHandlers(JsonNode container, JsonPointer pointer) {
        if (container.isObject()) {
            FIELDS.forEach((handler, field) -> {
                if (container.at(field).path("exec").isObject()) {
                    handlers.add(new ExecPlace(handler, pointer.append(field)));
                }
            });
        }
    }
}
