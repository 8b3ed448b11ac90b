package io.probeguard.decision;

import static org.assertj.core.api.Assertions.assertThat;

import io.probeguard.FakeApiServer;
import io.probeguard.FakeApiServer.Answer;
import io.probeguard.FakeApiServer.Request;
import io.probeguard.decision.Decision.Outcome;
import io.probeguard.probe.Workload.Identity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Replicas that share one ConfigMap, which a small HTTP server keeps. */
class SharedDecisionsTest {
    private static final Instant START = Instant.parse("2026-01-01T00:10:00Z");
    private static final String PATH = "/api/v1/namespaces/probe-guard/configmaps/shared";
    private static final String FORBIDDEN = "{\"kind\": \"Status\", \"apiVersion\": \"v1\", \"code\": 403}";
    private static final JsonMapper JSON = JsonMapper.shared();

    private final Map<String, String> data = new ConcurrentHashMap<>();
    private final AtomicInteger writes = new AtomicInteger();
    private final CountDownLatch never = new CountDownLatch(1);
    private volatile boolean isForbidden;
    private volatile boolean hangs;
    private FakeApiServer api;

    @BeforeEach
    void start() throws IOException {
        api = new FakeApiServer(this::answer);
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private Answer answer(Request request) throws InterruptedException {
        if (hangs) {
            never.await();
        }
        if (isForbidden || !request.path().equals(PATH)) {
            return new Answer(403, FORBIDDEN);
        }
        if (request.method().equals("PATCH")) {
            writes.incrementAndGet();
            for (Map.Entry<String, JsonNode> change :
                    JSON.readTree(request.body()).get("data").properties()) {
                if (change.getValue().isNull()) {
                    data.remove(change.getKey());
                } else {
                    data.put(change.getKey(), change.getValue().asString());
                }
            }
        }
        return new Answer(
                200,
                JSON.writeValueAsString(
                        Map.of("kind", "ConfigMap", "apiVersion", "v1", "metadata", Map.of(), "data", data)));
    }

    /** A replica, for as long as it is of interest, at one moment. */
    private SharedDecisions replica(String name, Decisions own, Instant now) {
        return new SharedDecisions(api.client(), "probe-guard", "shared", name, own, Clock.fixed(now, ZoneOffset.UTC));
    }

    private static Decisions decided(String name, Instant at) {
        Decisions decisions = new Decisions();
        decisions.add(
                new Decision("shop", new Identity("Deployment", name), Outcome.WARNED, List.of("docker-el7-1.13.1-84")),
                at);
        return decisions;
    }

    /** As much as a replica keeps, in long words: over 100 kB. */
    private static Decisions decidedALot(Instant at) {
        Decisions decisions = new Decisions();
        for (int i = 0; i < Decisions.MAX_DECISIONS; i++) {
            String name = "n".repeat(250) + i;
            decisions.add(new Decision("shop", new Identity("K".repeat(253), name), Outcome.WARNED, List.of()), at);
        }
        return decisions;
    }

    @Test
    void eachSeesWhatTheOtherDecided() {
        Decisions web = decided("web", START);
        Decisions db = decided("db", START);
        SharedDecisions one = replica("one", web, START);
        SharedDecisions other = replica("other", db, START);
        one.exchange();
        other.exchange();
        one.exchange();
        assertThat(one.others()).isEqualTo(Map.of("other", db.recent(START)));
        assertThat(other.others()).isEqualTo(Map.of("one", web.recent(START)));
    }

    @Test
    void onlyWhatIsNewIsWritten() {
        Decisions decisions = decided("web", START);
        SharedDecisions replica = replica("one", decisions, START);
        replica.exchange();
        replica.exchange();
        assertThat(writes).hasValue(1);
        decisions.add(new Decision(null, new Identity("Pod", "p"), Outcome.DENIED, List.of()), START);
        replica.exchange();
        assertThat(writes).hasValue(2);
    }

    @Test
    void aReplicaThatHasDecidedNothingWritesNothing() {
        replica("one", new Decisions(), START).exchange();
        assertThat(writes).hasValue(0);
    }

    @Test
    void whatSomebodyRemovedIsWrittenAgain() {
        SharedDecisions replica = replica("one", decided("web", START), START);
        replica.exchange();
        data.clear();
        replica.exchange();
        assertThat(data).containsOnlyKeys("one");
    }

    @Test
    void whatAReplicaThatIsGoneHadDecidedStaysForADay() {
        Decisions gone = decided("web", START);
        replica("gone", gone, START).exchange();

        SharedDecisions dayAfter = replica("new", new Decisions(), START.plus(Duration.ofHours(23)));
        dayAfter.exchange();
        assertThat(dayAfter.others()).containsOnlyKeys("gone");
        assertThat(data).containsOnlyKeys("gone");

        SharedDecisions later = replica("new", new Decisions(), START.plus(Duration.ofHours(25)));
        later.exchange();
        assertThat(later.others()).isEmpty();
        assertThat(data).isEmpty();
    }

    @Test
    void whatItDecidedItselfGoesAfterADayToo() {
        Decisions decisions = decided("web", START);
        replica("one", decisions, START).exchange();
        replica("one", decisions, START.plus(Duration.ofHours(25))).exchange();
        assertThat(data).isEmpty();
    }

    /** Whatever another version of the program, or a person, may have written. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nonsense",
                "null",
                "[]",
                "{}",
                "{'decisions': []}",
                "{'decisions': [null], 'history': []}",
                "{'decisions': [{'decision': null, 'count': 1, 'last': '2026-01-01T00:10:00Z'}], 'history': []}",
                "{'decisions': [{'decision': {'workload': {'kind': 'Pod', 'name': 'p'}, 'outcome': 'warned', 'builds': []}, 'count': 1}], 'history': []}",
                "{'decisions': [{'decision': {'workload': {'kind': 'Pod', 'name': 'p'}, 'outcome': 'praised', 'builds': []}, 'count': 1, 'last': '2026-01-01T00:10:00Z'}], 'history': []}",
                "{'decisions': [{'decision': {'workload': {'kind': 'Pod', 'name': 'p'}, 'builds': []}, 'count': 1, 'last': '2026-01-01T00:10:00Z'}], 'history': []}",
                "{'decisions': [{'decision': {'workload': {'kind': 'Pod'}, 'outcome': 'warned', 'builds': []}, 'count': 1, 'last': '2026-01-01T00:10:00Z'}], 'history': []}",
                "{'decisions': [{'decision': {'outcome': 'warned', 'builds': []}, 'count': 1, 'last': '2026-01-01T00:10:00Z'}], 'history': []}",
                "{'decisions': [{'decision': {'workload': {'kind': 'Pod', 'name': 'p'}, 'outcome': 'warned'}, 'count': 1, 'last': '2026-01-01T00:10:00Z'}], 'history': []}",
                "{'decisions': [], 'history': [{'counts': {}}]}",
                "{'decisions': [], 'history': [{'start': '2026-01-01T00:00:00Z'}]}",
                "{'decisions': [], 'history': [{'start': '2026-01-01T00:00:00Z', 'counts': {'warned': null}}]}",
            })
    void whatCannotBeReadIsLeftAlone(String text) {
        String unreadable = text.replace('\'', '"');
        data.put("odd", unreadable);
        replica("gone", decided("web", START), START).exchange();
        SharedDecisions replica = replica("one", decided("db", START), START);
        replica.exchange();
        assertThat(replica.others()).containsOnlyKeys("gone");
        assertThat(data).containsOnlyKeys("gone", "odd", "one").containsEntry("odd", unreadable);
    }

    /** Fields may come, as long as those that are known stay. */
    @Test
    void whatANewerVersionSaysBesidesIsIgnored() {
        data.put("newer", """
                {"decisions": [{"decision": {"namespace": "shop", "workload": {"kind": "Pod", "name": "p"}, "outcome": "denied",
                  "builds": [], "mood": "bad"}, "count": 2, "last": "2026-01-01T00:10:00Z"}], "history": [], "more": {}}""");
        SharedDecisions replica = replica("one", new Decisions(), START);
        replica.exchange();
        assertThat(replica.others())
                .containsEntry(
                        "newer",
                        new RecentDecisions(
                                List.of(new RecentDecisions.CountedDecision(
                                        new Decision("shop", new Identity("Pod", "p"), Outcome.DENIED, List.of()),
                                        2,
                                        START)),
                                List.of()));
    }

    @Test
    void whereThereIsNoRoomWhatCannotBeReadGivesWayAndThenTheOldest() {
        data.put("odd", "x".repeat(100_000));
        for (int i = 0; i < 8; i++) {
            Instant at = START.plusSeconds(i);
            data.put("gone-" + i, decidedALot(at).recent(at).toJson());
        }
        Instant now = START.plusSeconds(60);
        SharedDecisions replica = replica("one", decidedALot(now), now);
        replica.exchange();
        assertThat(data.values().stream()
                        .mapToInt(json -> json.getBytes(StandardCharsets.UTF_8).length)
                        .sum())
                .isBetween(SharedDecisions.MAX_BYTES * 3 / 4, SharedDecisions.MAX_BYTES);
        assertThat(data).containsKeys("one", "gone-7").doesNotContainKeys("odd", "gone-0");
        assertThat(replica.others()).containsKey("gone-7").doesNotContainKey("gone-0");
    }

    /** Else what cannot be read would let the ConfigMap grow beyond what the API server takes. */
    @Test
    void whatCannotBeReadTakesRoom() {
        data.put("odd", "x".repeat(SharedDecisions.MAX_BYTES - 10_000));
        replica("small", decided("web", START), START).exchange();
        assertThat(data).containsOnlyKeys("odd", "small");
        replica("large", decidedALot(START), START).exchange();
        assertThat(data).containsOnlyKeys("small", "large");
    }

    @Test
    void theLastDecisionsAreSharedOnClose() {
        Decisions decisions = decided("web", START);
        SharedDecisions replica = replica("one", decisions, START);
        replica.start();
        replica.close();
        SharedDecisions other = replica("other", new Decisions(), START);
        other.exchange();
        assertThat(other.others()).isEqualTo(Map.of("one", decisions.recent(START)));
        replica.close();
        assertThat(writes).hasValue(1);
    }

    @Test
    @Timeout(60) // the client would wait for ten minutes
    void stopsWithoutAnApiServerToo() {
        hangs = true;
        SharedDecisions replica = replica("one", decided("web", START), START);
        replica.start();
        replica.close();
        assertThat(writes).hasValue(0);
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void withoutTheApiServerWhatWasKnownLastStaysAndTheFailureIsLoggedOnce(CapturedOutput output) {
        String said = "cannot share decisions with other replicas, retrying";
        Decisions web = decided("web", START);
        replica("gone", web, START).exchange();
        SharedDecisions replica = replica("one", new Decisions(), START);
        replica.exchange();
        assertThat(output).doesNotContain(said);

        isForbidden = true;
        replica.exchange();
        replica.exchange();
        assertThat(replica.others()).isEqualTo(Map.of("gone", web.recent(START)));
        assertThat(output).containsOnlyOnce(said);

        isForbidden = false;
        replica.exchange();
        isForbidden = true;
        replica.exchange();
        assertThat(output.toString().split(said, -1)).hasSize(3);
    }
}
