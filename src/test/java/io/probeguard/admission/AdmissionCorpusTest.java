package io.probeguard.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.zjsonpatch.JsonPatch;
import io.probeguard.External;
import io.probeguard.admission.Admission.Webhook;
import io.probeguard.catalogue.Catalogue;
import io.probeguard.node.Fleet;
import io.probeguard.policy.Mode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What real API servers sent, and what other projects took for it. */
class AdmissionCorpusTest {
    private static final Fleet FLEET = Fleet.assuming(
            List.of(Catalogue.builtIn().byId("docker-el7-1.13.1-84").orElseThrow()));

    private static List<Path> files(String folder) throws IOException {
        try (Stream<Path> files =
                Files.list(External.folder("PROBE_GUARD_CORPUS").resolve(folder))) {
            return files.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .toList();
        }
    }

    /** Some of what is in the corpus is the request alone, without its review. */
    private static JsonNode review(Path file) throws IOException {
        JsonNode tree = Reviews.JSON.readTree(Files.readAllBytes(file));
        return tree.has("request")
                ? tree
                : Reviews.JSON
                        .createObjectNode()
                        .put("kind", "AdmissionReview")
                        .put("apiVersion", "admission.k8s.io/v1")
                        .set("request", tree);
    }

    @Test
    void everyAnswerIsOneThatAnApiServerAccepts() throws IOException {
        for (String folder : List.of("captured", "review")) {
            for (Path file : files(folder)) {
                JsonNode review = review(file);
                if (review.at("/request/uid").asString("").isEmpty() || !review.has("apiVersion")) {
                    continue; // cut out of some page or test: no API server sends a review without either
                }
                for (Mode mode : Mode.values()) {
                    for (Webhook webhook : Webhook.values()) {
                        JsonNode answer = Reviews.answer(FLEET, mode, webhook, review.toString());
                        assertThat(Reviews.complaint(review, answer, webhook))
                                .as(file + " " + mode)
                                .isEmpty();
                    }
                }
            }
        }
    }

    @Test
    void aPatchChangesTimingAndOurAnnotationOnly() throws IOException {
        int patched = 0;
        for (Path file : files("captured")) {
            JsonNode review = review(file);
            JsonNode patch = Reviews.patch(Reviews.answer(FLEET, Mode.REWRITE, Webhook.MUTATE, review.toString()));
            if (!patch.isMissingNode()) {
                JsonNode before = review.at("/request/object");
                JsonNode after = JsonPatch.apply(patch, before);
                assertThat(TimingPatchPropertyTest.without(after))
                        .as(file.toString())
                        .isEqualTo(TimingPatchPropertyTest.without(before));
                assertThat(after).isNotEqualTo(before);
                assertThat(review.at("/request/kind/kind").asString()).isEqualTo("Pod");
                patched++;
            }
        }
        assertThat(patched).isGreaterThan(10);
    }
}
