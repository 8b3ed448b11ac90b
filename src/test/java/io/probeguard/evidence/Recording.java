package io.probeguard.evidence;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a real kubelet made of canary pods, one recording a runtime and kubelet. The nodes were busy: 2 cores, up to 20
 * processes that wanted one. Each line of a time line has the seconds since the pod was created, whose it is, and what
 * changed; those of Events have the times of the first and last one.
 *
 * @param runtime as the node reports it
 */
record Recording(String runtime, String kubelet, Map<String, List<Moment>> pods) {
    private static final String DAY = "2026-11-27T";
    private static final int GRACE = 30;

    /** A pod as it was at a time. */
    record Present(Duration at, Pod pod, List<Event> events) {}

    /**
     * The same, or that it was gone.
     *
     * @param at since it was created
     * @param pod null once it is gone
     * @param events until then
     */
    record Moment(Duration at, @Nullable Pod pod, List<Event> events) {}

    /** Those at which the pod was there. */
    List<Present> present(String name) {
        return all(name).stream()
                .flatMap(moment -> moment.pod() == null
                        ? Stream.of()
                        : Stream.of(new Present(moment.at(), moment.pod(), moment.events())))
                .toList();
    }

    List<Moment> all(String name) {
        return Objects.requireNonNull(pods.get(name), name);
    }

    /** The Events about a pod, until after its end. */
    List<Event> events(String name) {
        List<Moment> moments = all(name);
        return moments.get(moments.size() - 1).events();
    }

    static List<Recording> all() {
        try (Stream<Path> files = Files.list(Path.of("src/test/resources/canary"))) {
            return files.sorted().map(Recording::read).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Recording read(Path file) {
        JsonNode tree;
        try {
            tree = JsonMapper.shared().readTree(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Map<String, List<Moment>> pods = new LinkedHashMap<>();
        for (JsonNode pod : tree.path("pods")) {
            pods.put(pod.path("name").asString(), moments(pod));
        }
        return new Recording(
                tree.path("runtime").asString(), tree.path("kubelet").asString(), pods);
    }

    /** Its name in tests. */
    @Override
    public String toString() {
        return runtime + " " + kubelet;
    }

    private static List<Moment> moments(JsonNode recorded) {
        Instant created = Instant.parse(DAY + recorded.path("created").asString() + "Z");
        Pod pod = new PodBuilder()
                .withNewMetadata()
                .withName(recorded.path("name").asString())
                .endMetadata()
                .withNewStatus()
                .endStatus()
                .build();
        Map<String, ContainerStatus> containers = new LinkedHashMap<>();
        List<Event> events = new ArrayList<>();
        List<Moment> moments = new ArrayList<>();
        for (JsonNode line : recorded.path("timeline")) {
            Duration at = Duration.ofMillis((long) (line.get(0).asDouble() * 1000));
            String who = line.get(1).asString();
            String what = line.get(2).asString();
            if (who.equals("event")) {
                events.add(event(line));
            } else if (what.equals("gone")) {
                moments.add(new Moment(at, null, List.copyOf(events)));
                continue;
            } else if (who.equals("pod")) {
                pod = with(pod, what, line.get(3).asString(), created.plus(at));
            } else {
                containers.compute(who, (name, before) -> with(name, before, what, line.get(3)));
            }
            moments.add(new Moment(
                    at,
                    pod.edit()
                            .editStatus()
                            .withContainerStatuses(List.copyOf(containers.values()))
                            .endStatus()
                            .build(),
                    List.copyOf(events)));
        }
        return moments;
    }

    private static Pod with(Pod pod, String what, String value, Instant now) {
        return switch (what) {
            case "phase" -> pod.edit().editStatus().withPhase(value).endStatus().build();
            case "Ready" ->
                pod.edit()
                        .editStatus()
                        .withConditions()
                        .addNewCondition()
                        .withType("ContainersReady")
                        .withStatus(value.substring(0, value.indexOf(' ')))
                        .withLastTransitionTime(time(value.substring(value.indexOf(' ') + 1)))
                        .endCondition()
                        .endStatus()
                        .build();
            case "deleting" ->
                pod.edit()
                        .editMetadata()
                        .withDeletionTimestamp(now.plusSeconds(GRACE).toString())
                        .withDeletionGracePeriodSeconds((long) GRACE)
                        .endMetadata()
                        .build();
            default -> throw new IllegalArgumentException(what);
        };
    }

    private static ContainerStatus with(String name, @Nullable ContainerStatus before, String what, JsonNode value) {
        ContainerStatusBuilder status =
                before == null ? new ContainerStatusBuilder().withName(name) : new ContainerStatusBuilder(before);
        return switch (what) {
            case "state" -> state(status, value.asString().split(" ", -1));
            case "ready" -> status.withReady(value.asBoolean()).build();
            case "started" -> status.withStarted(value.asBoolean()).build();
            case "restarts" -> status.withRestartCount(value.asInt()).build();
            default -> throw new IllegalArgumentException(what);
        };
    }

    private static ContainerStatus state(ContainerStatusBuilder status, String[] words) {
        return switch (words[0]) {
            case "running" ->
                status.withNewState().withNewRunning(time(words[1])).endState().build();
            case "waiting" ->
                status.withNewState().withNewWaiting(null, words[1]).endState().build();
            default ->
                status.withNewState()
                        .withNewTerminated()
                        .withExitCode(Integer.parseInt(words[1]))
                        .endTerminated()
                        .endState()
                        .build();
        };
    }

    private static Event event(JsonNode line) {
        return new EventBuilder()
                .withReason(line.get(3).asString())
                .withMessage(line.get(4).asString())
                .withFirstTimestamp(time(line.get(5).asString()))
                .withLastTimestamp(time(line.get(6).asString()))
                .build();
    }

    private static String time(String clock) {
        return DAY + clock + "Z";
    }
}
