package io.probeguard.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.probeguard.catalogue.Effect;
import io.probeguard.catalogue.ObservedSymptom;
import io.probeguard.catalogue.Symptom;
import io.probeguard.node.Observation;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SymptomTrackerTest {
    private static final ObservedSymptom SYMPTOM =
            new ObservedSymptom(new Symptom("OCI runtime exec failed", "", Effect.SOMETIMES_FAILS), null);
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final SymptomTracker symptomTracker = new SymptomTracker();

    private static Instant minute(long minute) {
        return START.plus(Duration.ofMinutes(minute));
    }

    /** Each sighting as pod@minute; then whether the node counts as observed at a minute. */
    @ParameterizedTest(name = "{0}: at {1} {2}")
    @CsvSource(delimiter = '|', textBlock = """
            web-0@0 db-0@1 cache-0@2                                            | 2   | true
            web-0@0 db-0@1                                                      | 2   | false
            web-0@0 web-1@1 web-2@2                                             | 2   | false
            web-6d4cf56db6-x2x9z@0 web-6d4cf56db6-b7b8c@1 web-6d4cf56db6-zzzzz@2 | 2  | false
            web-0@0 db-0@5 cache-0@10                                           | 10  | true
            web-0@0 db-0@5 cache-0@11                                           | 11  | false
            web-0@0 db-0@5 cache-0@11 web-0@12                                  | 12  | true
            cache-0@11 web-0@12 db-0@5                                          | 12  | true
            web-0@0 db-0@1 cache-0@2                                            | 62  | true
            web-0@0 db-0@1 cache-0@2                                            | 63  | false
            web-0@0 db-0@1 cache-0@2 web-0@50 db-0@51 cache-0@52                | 112 | true
            web-0@0 db-0@1 cache-0@2 queue-0@30                                 | 62  | true
            """)
    void severalWorkloadsWithinAShortTime(String sighted, long at, boolean observed) {
        for (String each : sighted.split(" ", -1)) {
            String[] parts = each.split("@", -1);
            symptomTracker.record("node", "shop", parts[0], minute(Long.parseLong(parts[1])), SYMPTOM);
        }
        assertThat(symptomTracker.at(minute(at)).containsKey("node")).isEqualTo(observed);
    }

    private @Nullable Instant since(Instant now) {
        Observation observation = symptomTracker.at(now).get("node");
        return observation == null ? null : observation.since();
    }

    @Test
    void reportsSinceWhen() {
        Stream.of("a", "b", "c").forEach(pod -> symptomTracker.record("node", "shop", pod, minute(1), SYMPTOM));
        Stream.of("a", "b", "c").forEach(pod -> symptomTracker.record("node", "shop", pod, minute(30), SYMPTOM));
        assertThat(since(minute(31))).isEqualTo(minute(1));
        Stream.of("a", "b", "c").forEach(pod -> symptomTracker.record("node", "shop", pod, minute(200), SYMPTOM));
        assertThat(since(minute(201))).isEqualTo(minute(200));
    }

    @Test
    void theSameNameInAnotherNamespaceIsAnotherWorkload() {
        Stream.of("a", "b", "c")
                .forEach(namespace -> symptomTracker.record("node", namespace, "web-0", START, SYMPTOM));
        assertThat(symptomTracker.at(START)).containsOnlyKeys("node");
    }

    @Test
    void nothingIsRememberedForEver() {
        IntStream.range(0, 1000).forEach(i -> symptomTracker.record("node-" + i, "shop", "pod", START, SYMPTOM));
        assertThat(symptomTracker.at(minute(11))).isEmpty();
        assertThat(symptomTracker.size()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "web-6d4cf56db6-x2x9z,     web",
        "web-0,                    web",
        "agent-x2x9z,              agent",
        "backup-27890123-x2x9z,    backup",
        "train-0-x2x9z,            train",
        "etcd-master,              etcd-master",
        "single,                   single",
    })
    void theWorkloadOfAPod(String pod, String workload) {
        assertThat(SymptomTracker.workload(pod)).isEqualTo(workload);
    }
}
