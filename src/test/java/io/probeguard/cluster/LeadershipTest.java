package io.probeguard.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.probeguard.FakeApiServer;
import io.probeguard.FakeApiServer.Answer;
import io.probeguard.FakeApiServer.Request;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of Leases that others wrote, or edited; a small HTTP server has them. BackgroundReviewIT has real ones. */
class LeadershipTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final AtomicInteger asked = new AtomicInteger();
    private volatile String spec = "{}";
    private volatile boolean isMissing;
    private FakeApiServer api;
    private Leadership leadership;

    @BeforeEach
    void start() {
        api = new FakeApiServer(this::answer);
        leadership = new Leadership(api.client(), "default", "lock", Duration.ofSeconds(6));
    }

    @AfterEach
    void stop() {
        leadership.close();
        api.close();
    }

    /** Takes every write. */
    private Answer answer(Request request) {
        if (request.method().equals("POST")) {
            return Answer.failed(403);
        }
        if (!request.path().endsWith("/leases/lock")) {
            return Answer.ok(
                    "{\"kind\": \"APIResourceList\", \"resources\": [{\"name\": \"leases\", \"kind\": \"Lease\"}]}");
        }
        if (request.method().equals("GET")) {
            asked.incrementAndGet();
            if (isMissing) {
                return Answer.failed(404);
            }
        }
        isMissing = false;
        return Answer.ok(
                "{\"apiVersion\": \"coordination.k8s.io/v1\", \"kind\": \"Lease\", \"metadata\": {\"name\": \"lock\","
                        + " \"namespace\": \"default\", \"resourceVersion\": \"1\"}, \"spec\": " + spec + "}");
    }

    private static String heldSince(Instant renewed) {
        return """
                {"holderIdentity": "other", "leaseDurationSeconds": 30, "leaseTransitions": 1,
                 "acquireTime": "%1$s", "renewTime": "%1$s"}""".formatted(renewed.toString().replaceFirst("\\.?\\d*Z$", ".000000Z"));
    }

    @Test
    void acquiresALockThatIsNotHeld() {
        leadership.start();
        await().atMost(TIMEOUT).until(leadership::isHeld);
    }

    /** Where whoever installed the chart left the Lease out; a POST is forbidden, as no role can restrict it to a name. */
    @Test
    void createsALockThatIsMissing() {
        isMissing = true;
        leadership.start();
        await().atMost(TIMEOUT).until(leadership::isHeld);
    }

    /** The holder's clock is behind ours, or ahead: it leads for as long as it goes on to renew. */
    @ParameterizedTest
    @ValueSource(longs = {-3600, 3600})
    void respectsAHolderThatRenews(long ahead) {
        leadership.start();
        await().during(Duration.ofSeconds(3)).atMost(TIMEOUT).until(() -> {
            spec = heldSince(Instant.now().plusSeconds(ahead));
            return !leadership.isHeld();
        });
        assertThat(asked).hasPositiveValue();
    }

    @Test
    void recoversFromALeaseThatCannotBeRead() {
        spec = "{\"holderIdentity\": \"other\", \"renewTime\": \"2026-01-01T00:00:00.000000Z\"}";
        leadership.start();
        await().atMost(TIMEOUT).until(() -> asked.get() > 1);
        spec = "{}";
        await().atMost(TIMEOUT).until(leadership::isHeld);
    }
}
