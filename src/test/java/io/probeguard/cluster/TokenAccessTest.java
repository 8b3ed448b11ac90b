package io.probeguard.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.probeguard.FakeApiServer;
import io.probeguard.FakeApiServer.Request;
import io.probeguard.cluster.TokenAccess.Answer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What is asked about tokens of the API server, which a small HTTP server stands for. */
class TokenAccessTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final String UNAVAILABLE = "{\"kind\": \"Status\", \"apiVersion\": \"v1\", \"code\": 503}";
    private static final JsonMapper JSON = JsonMapper.shared();

    private final Map<String, String> users = new ConcurrentHashMap<>(Map.of("a", "admin", "v", "visitor"));
    private final Queue<String> asked = new ConcurrentLinkedQueue<>();
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1); // it may overflow at any time
    private volatile boolean isAway;
    private volatile CountDownLatch answering = new CountDownLatch(0);
    private FakeApiServer api;
    private TokenAccess access;

    @BeforeEach
    void start() throws IOException {
        api = new FakeApiServer(this::answer);
        access = new TokenAccess(api.client(), "/console", nanos::get);
    }

    @AfterEach
    void stop() {
        api.close();
    }

    /** Knows the users by their tokens; the one group that may look is that of admin. */
    private FakeApiServer.Answer answer(Request request) throws InterruptedException {
        JsonNode spec = JSON.readTree(request.body()).get("spec");
        Object status;
        if (request.path().endsWith("/tokenreviews")) {
            String token = spec.get("token").asString();
            asked.add(token);
            String user = users.get(token);
            status = user == null
                    ? Map.of("authenticated", false)
                    : Map.of("authenticated", true, "user", Map.of("username", user, "groups", List.of(user + "s")));
        } else {
            boolean isAllowed = spec.get("groups").get(0).asString().equals("admins")
                    && spec.get("nonResourceAttributes").get("path").asString().equals("/console");
            status = Map.of("allowed", isAllowed);
        }
        answering.await();
        return isAway
                ? new FakeApiServer.Answer(503, UNAVAILABLE)
                : new FakeApiServer.Answer(201, JSON.writeValueAsString(Map.of("status", status)));
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    @Test
    void onlyWhoMayIsLetIn() {
        assertThat(access.of("a")).isEqualTo(Answer.ALLOWED);
        assertThat(access.of("v")).isEqualTo(Answer.FORBIDDEN);
        assertThat(access.of("nonsense")).isEqualTo(Answer.UNKNOWN_TOKEN);
    }

    @Test
    void answersAreRememberedForAMinute() {
        List<String> tokens = List.of("a", "v", "nonsense");
        tokens.forEach(access::of);
        users.remove("a");
        users.put("nonsense", "admin");
        pass(Duration.ofSeconds(59));
        assertThat(tokens.stream().map(access::of))
                .containsExactly(Answer.ALLOWED, Answer.FORBIDDEN, Answer.UNKNOWN_TOKEN);
        assertThat(asked).containsExactlyElementsOf(tokens);
        pass(Duration.ofSeconds(1));
        assertThat(tokens.stream().map(access::of))
                .containsExactly(Answer.UNKNOWN_TOKEN, Answer.FORBIDDEN, Answer.ALLOWED);
    }

    @Test
    void whoWasLetInStaysSoHoweverManyTokensAreMadeUp() {
        access.of("a");
        for (int i = 0; i < 300; i++) {
            pass(Duration.ofMillis(150)); // 45 s in all
            assertThat(access.of("made up " + i)).isEqualTo(Answer.UNKNOWN_TOKEN);
        }
        assertThat(access.of("a")).isEqualTo(Answer.ALLOWED);
        assertThat(asked).hasSize(301).containsOnlyOnce("a");
    }

    @Test
    void tenTokensASecondAreAskedAbout() {
        for (int i = 0; i < 9; i++) {
            assertThat(access.of("made up " + i)).isEqualTo(Answer.UNKNOWN_TOKEN);
        }
        access.of("a");
        assertThat(access.of("v")).isEqualTo(Answer.NO_ANSWER);
        assertThat(access.of("a")).isEqualTo(Answer.ALLOWED);
        assertThat(asked).hasSize(10);
        pass(Duration.ofSeconds(1));
        assertThat(access.of("v")).isEqualTo(Answer.FORBIDDEN);
    }

    @Test
    @Timeout(60) // a fifth would wait for the first four
    void fourTokensAtATimeAreAskedAbout() throws Exception {
        access.of("a");
        answering = new CountDownLatch(1);
        ExecutorService visitors = Executors.newCachedThreadPool();
        try {
            List<Future<Answer>> answers = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                String token = "made up " + i;
                answers.add(visitors.submit(() -> access.of(token)));
            }
            await().atMost(TIMEOUT).until(() -> asked.size() == 5);
            assertThat(access.of("v")).isEqualTo(Answer.NO_ANSWER);
            assertThat(access.of("a")).isEqualTo(Answer.ALLOWED);
            answering.countDown();
            for (Future<Answer> answer : answers) {
                assertThat(answer.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isEqualTo(Answer.UNKNOWN_TOKEN);
            }
            assertThat(access.of("v")).isEqualTo(Answer.FORBIDDEN);
        } finally {
            visitors.shutdownNow();
        }
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void eachTroubleIsSaidOnceUntilItIsOver(CapturedOutput output) {
        String said = "cannot ask the API server about tokens, retrying";
        isAway = true;
        assertThat(access.of("a")).isEqualTo(Answer.NO_ANSWER);
        assertThat(access.of("a")).isEqualTo(Answer.NO_ANSWER);
        assertThat(access.of("v")).isEqualTo(Answer.NO_ANSWER);
        assertThat(output).containsOnlyOnce(said);

        isAway = false;
        assertThat(access.of("a")).isEqualTo(Answer.ALLOWED);
        isAway = true;
        assertThat(access.of("v")).isEqualTo(Answer.NO_ANSWER);
        assertThat(access.of("a")).isEqualTo(Answer.ALLOWED);
        assertThat(output.toString().split(said, -1)).hasSize(3);
    }
}
