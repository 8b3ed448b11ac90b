package io.probeguard.cluster;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventList;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.probeguard.catalogue.Catalogue;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.Timeout;

/** Whatever an Event says, which everybody may write: it is a symptom or none. */
class EventsFuzzTest {
    private static final KubernetesSerialization JSON = new KubernetesSerialization();

    @FuzzTest
    @Timeout(30)
    void anyListing(byte[] content) {
        SymptomTracker symptoms = new SymptomTracker();
        SymptomReader reader = new SymptomReader(Catalogue.builtIn(), name -> "docker://1.13.1", symptoms);
        EventList events;
        try {
            events = JSON.unmarshal(new String(content, StandardCharsets.UTF_8), EventList.class);
        } catch (RuntimeException notEvents) {
            return; // the client refuses it before we see it
        }
        if (events != null && events.getItems() != null) {
            events.getItems().stream().filter(Objects::nonNull).forEach((Event event) -> reader.read(event));
        }
        symptoms.at(Instant.now());
    }
}
