package io.probeguard.background;

import static org.assertj.core.api.Assertions.assertThat;

import io.probeguard.FakeApiServer;
import io.probeguard.FakeApiServer.Answer;
import io.probeguard.FakeApiServer.Request;
import io.probeguard.background.BackgroundReview.Pass;
import io.probeguard.node.Nodes;
import io.probeguard.policy.Policy;
import io.probeguard.scan.Scan;
import io.probeguard.scan.ScanTest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import tools.jackson.databind.node.ObjectNode;

/** What becomes of the Events that an API server has, pass after pass. */
@ExtendWith(OutputCaptureExtension.class)
class OwnerEventsOverTimeTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    private final FakeObjects objects = new FakeObjects();
    private final FakeApiServer server = new FakeApiServer(this::answer);
    private final AtomicReference<Runnable> beforeNextWrite = new AtomicReference<>();
    private final OwnerEvents events = replica();
    private volatile Instant now = NOON;

    @AfterEach
    void stop() {
        server.close();
    }

    private Answer answer(Request request) {
        if (!request.method().equals("GET")) {
            Runnable before = beforeNextWrite.getAndSet(null);
            if (before != null) {
                before.run();
            }
        }
        return objects.answer(request);
    }

    private OwnerEvents replica() {
        Clock clock = new Clock() {
            @Override
            public Instant instant() {
                return now;
            }

            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }
        };
        return new OwnerEvents(server.client(), clock, 1000);
    }

    /** Pods on their own, which are all on the same bad node. */
    private static Pass pass(int pods) {
        Scan scan = new Scan(Nodes.fleet(Nodes.broken("bad")), Policy.DEFAULT, namespace -> null);
        for (int i = 0; i < pods; i++) {
            scan.add(ScanTest.workload(
                    "Pod",
                    "name: pod-" + i + ", uid: u-" + i,
                    "nodeName: bad, containers: [{name: app, livenessProbe: {exec: {command: [x]}}}]"));
        }
        return new Pass(NOON, Duration.ZERO, scan.report(), 0, true);
    }

    private void publish(OwnerEvents by, int minutesAfterNoon) {
        now = NOON.plus(Duration.ofMinutes(minutesAfterNoon));
        by.publish(pass(1), () -> true);
    }

    /** How often the one that there is was written, and when last. */
    private String written() {
        assertThat(objects.paths()).hasSize(1);
        ObjectNode event = objects.get(objects.paths().get(0));
        assertThat(event.path("firstTimestamp").asString()).isEqualTo("2026-01-01T12:00:00Z");
        return event.path("count").asInt() + " until "
                + event.path("lastTimestamp").asString();
    }

    @Test
    void againAfter45Minutes() {
        publish(events, 0);
        assertThat(objects.methods()).containsExactly("GET", "POST");
        publish(events, 44);
        assertThat(objects.methods()).isEmpty();
        assertThat(written()).isEqualTo("1 until 2026-01-01T12:00:00Z");
        publish(events, 45);
        assertThat(objects.methods()).containsExactly("GET", "PATCH");
        assertThat(written()).isEqualTo("2 until 2026-01-01T12:45:00Z");
        publish(events, 89);
        assertThat(objects.methods()).isEmpty();
    }

    /** The first led, another did, and the first leads again. */
    @Test
    void leadersGoOnWithTheSameEvent() {
        OwnerEvents another = replica();
        publish(events, 0);
        publish(another, 40);
        assertThat(written()).isEqualTo("1 until 2026-01-01T12:00:00Z");
        publish(another, 50);
        assertThat(written()).isEqualTo("2 until 2026-01-01T12:50:00Z");
        publish(events, 60);
        assertThat(written()).isEqualTo("2 until 2026-01-01T12:50:00Z");
        publish(events, 95);
        assertThat(written()).isEqualTo("3 until 2026-01-01T13:35:00Z");
    }

    @Test
    void whatTheApiServerForgotIsMadeAnew() {
        publish(events, 0);
        String path = objects.paths().get(0);
        objects.remove(path);
        publish(events, 60);
        assertThat(objects.get(path).path("count").asInt()).isEqualTo(1);
        assertThat(objects.get(path).path("firstTimestamp").asString()).isEqualTo("2026-01-01T13:00:00Z");
    }

    /** Between its reading and its writing; the next pass tries on. */
    @Test
    void anotherIsFaster(CapturedOutput output) {
        OwnerEvents another = replica();
        beforeNextWrite.set(() -> another.publish(pass(1), () -> true));
        publish(events, 0);
        assertThat(written()).isEqualTo("1 until 2026-01-01T12:00:00Z");
        assertThat(output).contains("1 Event could not be written, retrying: ");
        publish(events, 45);
        assertThat(written()).isEqualTo("2 until 2026-01-01T12:45:00Z");
    }

    @Test
    void forgottenJustThen(CapturedOutput output) {
        publish(events, 0);
        String path = objects.paths().get(0);
        beforeNextWrite.set(() -> objects.remove(path));
        publish(events, 45);
        assertThat(objects.paths()).isEmpty();
        assertThat(output).contains("1 Event could not be written, retrying: ");
        publish(events, 46);
        assertThat(objects.paths()).containsExactly(path);
    }

    @Test
    void atMost200APass(CapturedOutput output) {
        Pass pass = pass(201);
        events.publish(pass, () -> true);
        assertThat(objects.paths()).hasSize(200);
        assertThat(output).contains("1 more workloads on flagged nodes are written later");
        events.publish(pass, () -> true);
        assertThat(objects.paths()).hasSize(201);
    }

    @Test
    void onceItMayNotGoOnNothingIsAskedFor() {
        events.publish(pass(1), () -> false);
        assertThat(objects.methods()).isEmpty();
    }
}
