package io.probeguard.kubelet;

import static org.assertj.core.api.Assertions.assertThat;

import io.probeguard.Run;
import io.probeguard.kubelet.Observation.Seen;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What {@code simulate} says of a scenario, held against what became of it.
 *
 * @param observed how many events were seen
 * @param inside how many of them came within their interval
 * @param wrong whatever contradicts the prediction, in words
 * @param firstKillBeyondPeriod by how many seconds the interval of the first kill is wider than a period of the probes
 *     that may kill; null where no kill is certain
 */
record Comparison(
        Observation observation,
        int observed,
        int inside,
        List<String> wrong,
        @Nullable Double firstKillBeyondPeriod) {
    private static final JsonMapper MAPPER = new JsonMapper();
    /** What a watch of pods does not tell. */
    private static final Set<String> UNSEEN =
            Set.of("startupSucceeded", "initialized", "jobComplete", "jobFailed", "nodeNotReady");
    /** When back-off has reached its longest, and each wait has the same words, which are told once. */
    private static final double SAME_WORDS = 500;

    private record Subject(int pod, String event, String container, int n) {}

    /** @param slack by how many seconds whatever happens may be late, since its machine was */
    static Comparison of(Observation observation, double slack) throws IOException {
        JsonNode pods = simulate(observation);
        Map<Subject, JsonNode> predicted = predicted(pods);
        Map<Subject, Double> seen = numbered(observation.seen());
        List<String> wrong = new ArrayList<>();
        seen.forEach((subject, second) -> {
            JsonNode event = predicted.get(subject);
            if (event == null) {
                wrong.add(subject + " at " + second + " was not predicted");
            } else if (second < event.path("earliest").asDouble() || second > latest(event) + slack) {
                wrong.add(subject + " at " + second + " was predicted for "
                        + event.path("earliest").asDouble() + " to " + event.path("latest"));
            }
        });
        int inside = seen.size() - wrong.size();
        predicted.forEach((subject, event) -> {
            boolean due = event.path("certain").asBoolean() && latest(event) + slack <= observation.end();
            if (due && !seen.containsKey(subject) && mustBeSeen(subject, event, seen)) {
                wrong.add(subject + " was certain and did not come: " + event);
            }
        });
        for (JsonNode absence : pods.path(0).path("never")) {
            boolean came = observation.seen().stream()
                    .anyMatch(each -> each.event().equals(absence.path("event").asString())
                            && each.container().equals(absence.path("container").asString("")));
            if (came) {
                wrong.add(absence + " came");
            }
        }
        return new Comparison(
                observation, seen.size(), inside, wrong, firstKillBeyondPeriod(observation, pods.path(0)));
    }

    /** The median of those that have one. */
    static double medianFirstKillBeyondPeriod(Collection<Comparison> comparisons) {
        List<Double> sorted = comparisons.stream()
                .map(Comparison::firstKillBeyondPeriod)
                .filter(Objects::nonNull)
                .sorted()
                .toList();
        return sorted.get(sorted.size() / 2);
    }

    private static double latest(JsonNode event) {
        return event.path("latest").asDouble(Double.POSITIVE_INFINITY);
    }

    private static JsonNode simulate(Observation observation) throws IOException {
        Path file = Files.createTempFile(observation.scenario(), ".json");
        try {
            Files.writeString(file, MAPPER.writeValueAsString(observation.manifest()));
            List<String> args = new ArrayList<>(List.of(
                    "simulate",
                    file.toString(),
                    "-o",
                    "json",
                    "--for",
                    (long) observation.end() + "s",
                    "--kubelet",
                    observation.stack().kubelet(),
                    "--runtime",
                    observation.stack().runtime()));
            String options =
                    observation.manifest().at("/metadata/annotations/options").asString("");
            args.addAll(Stream.of(options.split(" "))
                    .filter(option -> !option.isEmpty())
                    .toList());
            Run run = Run.of(args.toArray(String[]::new));
            assertThat(run.err()).as(observation.toString()).isEmpty();
            return MAPPER.readTree(run.out()).path("pods");
        } finally {
            Files.delete(file);
        }
    }

    private static Map<Subject, JsonNode> predicted(JsonNode pods) {
        Map<Subject, JsonNode> predicted = new HashMap<>();
        for (int pod = 0; pod < pods.size(); pod++) {
            for (JsonNode event : pods.path(pod).path("events")) {
                predicted.put(
                        new Subject(
                                pod + 1,
                                event.path("event").asString(),
                                event.path("container").asString(""),
                                event.path("n").asInt()),
                        event);
            }
        }
        return predicted;
    }

    private static Map<Subject, Double> numbered(List<Seen> seen) {
        Map<Subject, Integer> counts = new HashMap<>();
        Map<Subject, Double> numbered = new LinkedHashMap<>();
        for (Seen each : seen) {
            int n = counts.merge(new Subject(each.pod(), each.event(), each.container(), 0), 1, Integer::sum);
            numbered.put(new Subject(each.pod(), each.event(), each.container(), n), each.second());
        }
        return numbered;
    }

    /** A watch misses containers that end at once, and the end of a container whose pod is gone before it is told. */
    private static boolean mustBeSeen(Subject subject, JsonNode event, Map<Subject, Double> seen) {
        boolean lives = Set.of("started", "killed").contains(subject.event());
        boolean everSeen = seen.containsKey(new Subject(subject.pod(), "started", subject.container(), 1));
        boolean gone = seen.containsKey(new Subject(subject.pod(), "deleted", "", 1));
        boolean last = !seen.containsKey(new Subject(subject.pod(), "started", subject.container(), subject.n() + 1));
        return !UNSEEN.contains(subject.event())
                && !(lives && !everSeen)
                && !(gone && last && subject.event().equals("killed"))
                && !(subject.event().equals("crashLoopBackOff")
                        && event.path("latest").asDouble() > SAME_WORDS);
    }

    private static @Nullable Double firstKillBeyondPeriod(Observation observation, JsonNode pod) {
        for (JsonNode event : pod.path("events")) {
            if (event.path("event").asString().equals("killed")
                    && event.path("n").asInt() == 1
                    && event.path("certain").asBoolean()) {
                double width =
                        event.path("latest").asDouble() - event.path("earliest").asDouble();
                return width
                        - period(observation.manifest(), event.path("container").asString());
            }
        }
        return null;
    }

    /** The longest of the container's probes that may kill it; 0 where none may. */
    private static int period(JsonNode manifest, String container) {
        JsonNode template = manifest.at("/spec/template/spec");
        JsonNode spec = template.isMissingNode() ? manifest.path("spec") : template;
        return spec.path("containers")
                .valueStream()
                .filter(each -> each.path("name").asString().equals(container))
                .flatMap(each -> Stream.of("livenessProbe", "startupProbe")
                        .filter(each::has)
                        .map(each::path))
                .mapToInt(probe -> probe.path("periodSeconds").asInt(10))
                .max()
                .orElse(0);
    }

    @Override
    public String toString() {
        return observation.toString();
    }
}
