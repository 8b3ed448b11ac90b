package io.probeguard.background;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.probeguard.FakeApiServer;
import io.probeguard.background.CatalogueEvents.Rejection;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an API server has of a ConfigMap that is rejected, look after look. */
class CatalogueEventsTest {
    private final FakeObjects objects = new FakeObjects();
    private final FakeApiServer server = new FakeApiServer(objects);
    private final AtomicReference<Rejection> rejection = new AtomicReference<>();
    private final AtomicBoolean isLeader = new AtomicBoolean();
    private final CatalogueEvents events = new CatalogueEvents(
            server.client(),
            Clock.fixed(Instant.parse("2026-01-01T12:00:00Z"), ZoneOffset.UTC),
            rejection::get,
            isLeader::get);

    @AfterEach
    void stop() {
        events.close();
        server.close();
    }

    private List<String> written() {
        return objects.paths().stream()
                .map(objects::get)
                .map(event -> event.at("/metadata/namespace").asString() + " "
                        + event.at("/involvedObject/kind").asString() + " "
                        + event.at("/involvedObject/uid").asString() + " "
                        + event.path("type").asString() + " "
                        + event.path("reason").asString() + ": "
                        + event.path("message").asString())
                .sorted()
                .toList();
    }

    private void reject(String reason) {
        rejection.set(new Rejection(
                new ObjectReferenceBuilder()
                        .withKind("ConfigMap")
                        .withNamespace("probe-guard")
                        .withName("mine")
                        .withUid("1-2-3")
                        .build(),
                reason));
    }

    @Test
    void eachReasonIsToldOnceAndByTheLeaderAlone() {
        isLeader.set(true);
        events.publish();
        assertThat(written()).isEmpty();
        isLeader.set(false);
        reject("line 1");
        events.publish();
        assertThat(objects.methods()).isEmpty();
        isLeader.set(true);
        events.publish();
        events.publish();
        assertThat(objects.methods()).containsExactly("GET", "POST");
        reject("line 2");
        events.publish();
        String start = "probe-guard ConfigMap 1-2-3 Warning CatalogueRejected: line ";
        assertThat(written()).containsExactly(start + "1", start + "2");
        rejection.set(null);
        events.publish();
        assertThat(written()).hasSize(2);
    }

    /** The API server refuses an Event with a longer one. */
    @Test
    void aLongReasonIsTruncated() {
        isLeader.set(true);
        reject("x".repeat(5000));
        events.publish();
        assertThat(written()).hasSize(1).allSatisfy(event -> assertThat(event).hasSizeBetween(1000, 1100));
    }
}
