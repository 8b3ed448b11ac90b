package io.probeguard.kubelet;

import static org.assertj.core.api.Assertions.assertThat;

import io.probeguard.Run;
import io.probeguard.text.SourceText;
import io.probeguard.yaml.Document;
import io.probeguard.yaml.Documents;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What {@code simulate} says, held against what real kubelets did. The fixtures are written by {@code
 * src/test/resources/simulate/transcribe}; each file of observations names its kubelet and runtime.
 */
class ObservedKubeletsTest {
    private static final Path FIXTURES = Path.of("src/test/resources/simulate");
    private static final JsonMapper MAPPER = new JsonMapper();
    /** What a watch of pods does not tell. */
    private static final Set<String> UNSEEN =
            Set.of("startupSucceeded", "initialized", "jobComplete", "jobFailed", "nodeNotReady");
    /** When back-off has reached its longest, and each wait has the same words, which are told once. */
    private static final double SAME_WORDS = 500;

    static final Map<String, Double> FIRST_KILL_WIDTHS = new ConcurrentHashMap<>();
    static final Map<String, Integer> PERIODS = new ConcurrentHashMap<>();

    @TempDir
    static Path folder;

    /** What became of the pods of one scenario on one stack, until the observer stopped looking. */
    record Observation(String stack, String scenario, JsonNode manifest, List<Seen> seen, double end) {
        @Override
        public String toString() {
            return scenario + " on " + stack;
        }
    }

    record Seen(int pod, String event, String container, double second) {}

    private record Subject(int pod, String event, String container, int n) {}

    static Stream<Observation> observations() throws IOException {
        Map<String, JsonNode> scenarios = new HashMap<>();
        SourceText text = new SourceText("scenarios.yaml", Files.readString(FIXTURES.resolve("scenarios.yaml")));
        for (Document document : Documents.parse(text).documents()) {
            if (!document.tree().isNull()) {
                scenarios.put(document.tree().at("/metadata/name").asString(), document.tree());
            }
        }
        List<Observation> all = new ArrayList<>();
        try (Stream<Path> files = Files.list(FIXTURES.resolve("observed"))) {
            for (Path file : files.sorted().toList()) {
                String stack = file.getFileName().toString().replace(".csv", "");
                Map<String, Observation> byScenario = new LinkedHashMap<>();
                for (String line : Files.readAllLines(file).stream().skip(1).toList()) {
                    String[] cells = line.split(",", -1);
                    Observation known = byScenario.computeIfAbsent(
                            cells[0],
                            name -> new Observation(
                                    stack,
                                    name,
                                    Objects.requireNonNull(scenarios.get(name), name),
                                    new ArrayList<>(),
                                    0));
                    double second = Double.parseDouble(cells[4]);
                    if (cells[2].equals("end")) {
                        byScenario.put(cells[0], new Observation(stack, cells[0], known.manifest, known.seen, second));
                    } else {
                        known.seen.add(new Seen(Integer.parseInt(cells[1]), cells[2], cells[3], second));
                    }
                }
                all.addAll(byScenario.values());
            }
        }
        return all.stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("observations")
    void holds(Observation observation) throws IOException {
        JsonNode pods = simulate(observation);
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
        Map<Subject, Double> seen = numbered(observation.seen());
        List<String> wrong = new ArrayList<>();
        seen.forEach((subject, second) -> {
            JsonNode event = predicted.get(subject);
            if (event == null) {
                wrong.add(subject + " at " + second + " was not predicted");
            } else if (second < event.path("earliest").asDouble()
                    || second > event.path("latest").asDouble(Double.POSITIVE_INFINITY)) {
                wrong.add(subject + " at " + second + " was predicted for "
                        + event.path("earliest").asDouble() + " to " + event.path("latest"));
            }
        });
        predicted.forEach((subject, event) -> {
            boolean due =
                    event.path("certain").asBoolean() && event.path("latest").asDouble() <= observation.end();
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
        noteFirstKill(observation, pods.path(0));
        assertThat(wrong).isEmpty();
    }

    @AfterAll
    static void firstKillsAreNarrow() {
        List<Double> over = FIRST_KILL_WIDTHS.entrySet().stream()
                .map(width -> width.getValue() - Objects.requireNonNull(PERIODS.get(width.getKey())))
                .sorted()
                .toList();
        assertThat(over.get(over.size() / 2))
                .as("how much wider than a period the median first kill is; seconds")
                .isLessThanOrEqualTo(3);
    }

    private static JsonNode simulate(Observation observation) throws IOException {
        assertThat(observation.manifest()).as("scenario in scenarios.yaml").isNotNull();
        Path file = Files.writeString(
                folder.resolve(observation.scenario() + ".json"), MAPPER.writeValueAsString(observation.manifest()));
        int runtime = observation.stack().lastIndexOf('-', observation.stack().lastIndexOf('-') - 1);
        List<String> args = new ArrayList<>(List.of(
                "simulate",
                file.toString(),
                "-o",
                "json",
                "--for",
                (long) observation.end() + "s",
                "--kubelet",
                observation.stack().substring(0, runtime),
                "--runtime",
                observation.stack().substring(runtime + 1).replace("-", "://")));
        String options =
                observation.manifest().at("/metadata/annotations/options").asString("");
        args.addAll(Stream.of(options.split(" "))
                .filter(option -> !option.isEmpty())
                .toList());
        Run run = Run.of(args.toArray(String[]::new));
        assertThat(run.err()).isEmpty();
        return MAPPER.readTree(run.out()).path("pods");
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

    private static Map<Subject, Double> numbered(List<Seen> seen) {
        Map<Subject, Integer> counts = new HashMap<>();
        Map<Subject, Double> numbered = new LinkedHashMap<>();
        for (Seen each : seen) {
            int n = counts.merge(new Subject(each.pod(), each.event(), each.container(), 0), 1, Integer::sum);
            numbered.put(new Subject(each.pod(), each.event(), each.container(), n), each.second());
        }
        return numbered;
    }

    private static void noteFirstKill(Observation observation, JsonNode pod) {
        for (JsonNode event : pod.path("events")) {
            if (event.path("event").asString().equals("killed")
                    && event.path("n").asInt() == 1
                    && event.path("certain").asBoolean()
                    && PERIODS.put(
                                    observation.toString(),
                                    period(observation, event.path("container").asString()))
                            == null) {
                FIRST_KILL_WIDTHS.put(
                        observation.toString(),
                        event.path("latest").asDouble() - event.path("earliest").asDouble());
            }
        }
    }

    /** The longest of the container's probes that may kill it; 0 where none may. */
    private static int period(Observation observation, String container) {
        Map<Integer, Boolean> periods = new TreeMap<>(Map.of(0, true));
        JsonNode spec = observation.manifest().has("spec")
                        && observation.manifest().path("spec").has("template")
                ? observation.manifest().at("/spec/template/spec")
                : observation.manifest().path("spec");
        for (JsonNode each : spec.path("containers")) {
            if (each.path("name").asString().equals(container)) {
                for (String probe : List.of("livenessProbe", "startupProbe")) {
                    if (each.has(probe)) {
                        periods.put(each.path(probe).path("periodSeconds").asInt(10), true);
                    }
                }
            }
        }
        return periods.keySet().stream().collect(Collectors.toList()).get(periods.size() - 1);
    }
}
