package io.probeguard.kubelet;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import tools.jackson.databind.JsonNode;

/**
 * What became of the pods of one scenario on one stack, until the observer stopped looking.
 *
 * @param manifest the scenario; its annotation {@code options} says with which options it is simulated
 * @param end the last second that was observed, counted from the first start of a container
 */
record Observation(Stack stack, String scenario, JsonNode manifest, List<Seen> seen, double end) {
    /** The word of a row that tells only until when its scenario was observed. */
    private static final String END = "end";

    record Seen(int pod, String event, String container, double second) {}

    /** Reads a table that {@code src/test/resources/simulate/transcribe} has written. */
    static List<Observation> read(Stack stack, List<String> table, Map<String, JsonNode> scenarios) {
        Map<String, List<Seen>> seen = new LinkedHashMap<>();
        List<Observation> all = new ArrayList<>();
        for (String line : table.subList(1, table.size())) {
            String[] cells = line.split(",", -1);
            String scenario = cells[0];
            double second = Double.parseDouble(cells[4]);
            List<Seen> events = seen.computeIfAbsent(scenario, name -> new ArrayList<>());
            if (cells[2].equals(END)) {
                JsonNode manifest = Objects.requireNonNull(scenarios.get(scenario), scenario);
                all.add(new Observation(stack, scenario, manifest, events, second));
            } else {
                events.add(new Seen(Integer.parseInt(cells[1]), cells[2], cells[3], second));
            }
        }
        return all;
    }

    /**
     * The same until the kubelet lost an exit, if it did. Its collector, which comes each minute, keeps the newest of a
     * container's instances that do not run, and one that is created and not yet started is such a one: the exit before
     * it is removed, and back-off knows nothing of it (kuberuntime_gc.go, evictableContainers; kuberuntime_manager.go,
     * doBackOff).
     */
    Observation untilAnExitIsLost() {
        Map<PodContainer, Integer> starts = new HashMap<>();
        for (Seen each : seen) {
            if (each.event().equals("started")) {
                int before = starts.merge(new PodContainer(each.pod(), each.container()), 1, Integer::sum) - 1;
                if (endsUntil(each) < before) {
                    List<Seen> kept = seen.stream()
                            .filter(other -> other.pod() <= each.pod() && other.second() < each.second())
                            .toList();
                    return new Observation(stack, scenario, manifest, kept, each.second());
                }
            }
        }
        return this;
    }

    private record PodContainer(int pod, String container) {}

    private long endsUntil(Seen start) {
        return seen.stream()
                .filter(other -> other.event().equals("killed")
                        && other.pod() == start.pod()
                        && other.container().equals(start.container())
                        && other.second() <= start.second())
                .count();
    }

    @Override
    public String toString() {
        return scenario + " on " + stack;
    }
}
