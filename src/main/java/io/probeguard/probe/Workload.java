package io.probeguard.probe;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Anything that embeds a PodSpec: a pod, or a template that pods are made from.
 *
 * @param namespace null where the manifest leaves it to the client
 * @param name the name, or the {@code generateName} of an object that has no name yet; empty where there is neither
 * @param hasAnnotations whether the pod has any annotations, of whatever name
 * @param annotations of the pod (for a template: of the pods made from it)
 * @param podPointer JSON pointer of the pod within the object: the value that holds {@code metadata} and {@code spec}
 */
public record Workload(
        WorkloadKind kind,
        @Nullable String namespace,
        String name,
        boolean hasAnnotations,
        PodAnnotations annotations,
        PodSpec pod,
        String podPointer) {

    private static final Handler[] HANDLERS = Handler.values();

    /**
     * An exec probe or hook of one of the pod's containers.
     *
     * @param pointer JSON pointer of the probe or hook within the object
     * @param timing null for hooks
     */
    public record ExecHandler(
            Container container,
            Handler handler,
            String pointer,
            @Nullable Timing timing) {
        /** The container's name; empty where it has none yet. */
        public String containerName() {
            return Objects.requireNonNullElse(container.name(), "");
        }
    }

    public boolean isPod() {
        return kind == WorkloadKind.POD;
    }

    /** Every exec probe and hook: those of the containers first, then those of the init containers. */
    public List<ExecHandler> execHandlers() {
        List<ExecHandler> found = List.of();
        found = collect(pod.containers(), "/spec/containers/", found);
        return collect(pod.initContainers(), "/spec/initContainers/", found);
    }

    private List<ExecHandler> collect(List<Container> containers, String below, List<ExecHandler> soFar) {
        List<ExecHandler> found = soFar;
        for (int i = 0; i < containers.size(); i++) {
            Container container = containers.get(i);
            for (Handler handler : HANDLERS) {
                if (container != null && container.execs(handler)) {
                    if (found.isEmpty()) {
                        found = new ArrayList<>(); // most pods have none: nothing is allocated for them
                    }
                    Probe probe = container.probe(handler);
                    found.add(new ExecHandler(
                            container,
                            handler,
                            podPointer + below + i + "/" + handler.field(),
                            probe == null ? null : probe.timing()));
                }
            }
        }
        return found;
    }
}
