package io.probeguard.scan;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.probeguard.catalogue.Catalogue;
import io.probeguard.text.Wording;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the API server has of a pod's past: the documented JSON has these fields.
 *
 * @param phase {@code Running} ...; empty before a kubelet has seen the pod
 * @param events of the pod that the API server still has, by default those of the last hour; the oldest first
 */
public record PodHistory(String phase, List<Container> containers, List<Happening> events) {
    /** The end of a container that ran out of its memory; no probe causes it. */
    private static final String OUT_OF_MEMORY = "OOMKilled";

    /**
     * A container of the pod, or an init container.
     *
     * @param state {@code running since 2026-11-27T10:00:00Z}, {@code waiting: CrashLoopBackOff} ...
     * @param lastEnd how the run before this one ended: {@code exit code 137 (Error) at 2026-11-27T10:00:00Z}; null where
     *     there was none
     */
    public record Container(
            String name,
            int restarts,
            boolean ready,
            String state,
            @Nullable String lastEnd) {
        static Container of(ContainerStatus status) {
            return new Container(
                    status.getName(),
                    Objects.requireNonNullElse(status.getRestartCount(), 0),
                    Boolean.TRUE.equals(status.getReady()),
                    state(status.getState()),
                    status.getLastState() == null || status.getLastState().getTerminated() == null
                            ? null
                            : end(status.getLastState().getTerminated()));
        }

        private static String state(@Nullable ContainerState state) {
            if (state == null) {
                return "unknown";
            }
            if (state.getRunning() != null) {
                return "running since " + state.getRunning().getStartedAt();
            }
            return state.getTerminated() != null
                    ? "ended: " + end(state.getTerminated())
                    : "waiting: "
                            + (state.getWaiting() == null
                                    ? ""
                                    : state.getWaiting().getReason());
        }

        private static String end(ContainerStateTerminated end) {
            return "exit code " + end.getExitCode() + " (" + end.getReason() + ") at " + end.getFinishedAt();
        }

        boolean ranOutOfMemory() {
            return lastEnd != null && lastEnd.contains("(" + OUT_OF_MEMORY + ")");
        }
    }

    /**
     * An Event.
     *
     * @param last when it was last seen, as the API server has it
     * @param sign what the catalogue says of its message: that exec fails, and of which build that is the signature; null
     *     where it says nothing
     */
    public record Happening(
            String type,
            String reason,
            String message,
            int count,
            String last,
            @Nullable String sign) {
        /** Kubelets put the whole output of a command into it. */
        private static final int MAX_MESSAGE = 300;

        static Happening of(Event event, Catalogue catalogue, String runtimeVersion) {
            String message = Objects.requireNonNullElse(event.getMessage(), "");
            return new Happening(
                    Objects.requireNonNullElse(event.getType(), ""),
                    Objects.requireNonNullElse(event.getReason(), ""),
                    Wording.truncate(message.strip(), MAX_MESSAGE),
                    count(event),
                    Stream.of(
                                    event.getLastTimestamp(),
                                    event.getEventTime() == null
                                            ? null
                                            : event.getEventTime().getTime(),
                                    event.getMetadata().getCreationTimestamp())
                            .filter(Objects::nonNull)
                            .findFirst()
                            .orElse(""),
                    catalogue
                            .symptom(message, runtimeVersion)
                            .map(observed -> observed.symptom().meaning())
                            .orElse(null));
        }

        private static int count(Event event) {
            Integer series =
                    event.getSeries() == null ? null : event.getSeries().getCount();
            return Objects.requireNonNullElse(series, Objects.requireNonNullElse(event.getCount(), 1));
        }
    }

    /** @param runtimeVersion as in nodeInfo of the pod's node; empty where unknown */
    static PodHistory of(Pod pod, List<Event> events, Catalogue catalogue, String runtimeVersion) {
        PodStatus status = Objects.requireNonNullElseGet(pod.getStatus(), PodStatus::new);
        return new PodHistory(
                Objects.requireNonNullElse(status.getPhase(), ""),
                Stream.of(status.getContainerStatuses(), status.getInitContainerStatuses())
                        .flatMap(List::stream)
                        .map(Container::of)
                        .toList(),
                events.stream()
                        .map(event -> Happening.of(event, catalogue, runtimeVersion))
                        .sorted(Comparator.comparing(Happening::last))
                        .toList());
    }

    /** The containers that ended last because they ran out of memory. */
    public List<String> outOfMemory() {
        return containers.stream()
                .filter(Container::ranOutOfMemory)
                .map(Container::name)
                .toList();
    }

    /** Whether the catalogue knows any of the Events' messages. */
    public boolean showsBrokenExec() {
        return events.stream().anyMatch(event -> event.sign() != null);
    }
}
