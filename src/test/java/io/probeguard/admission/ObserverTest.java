package io.probeguard.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.probeguard.admission.Admission.Webhook;
import io.probeguard.node.ClusterState;
import io.probeguard.node.Nodes;
import io.probeguard.policy.Policy;
import io.probeguard.policy.Review;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ObserverTest {
    private static final String POD =
            "{\"kind\": \"Pod\", \"apiVersion\": \"v1\", \"metadata\": {\"name\": \"p\"}, \"spec\": {\"containers\": []}}";

    private static final class Recorder implements Observer {
        final List<String> calls = new ArrayList<>();

        @Override
        public void reviewed(Webhook webhook, String operation, boolean isDryRun, Review review) {
            calls.add("reviewed " + operation);
        }

        @Override
        public void answered(Webhook webhook, Duration took) {
            assertThat(took).isBetween(Duration.ofNanos(1), Duration.ofMinutes(5));
            calls.add("answered " + webhook);
        }
    }

    @ParameterizedTest(name = "{0}, wanted {1}")
    @CsvSource({
        "pod,         true,  'reviewed CREATE, answered MUTATE'",
        "pod,         false, ''",
        "another,     true,  'answered MUTATE'",
        "no review,   true,  'answered MUTATE'",
        "no review,   false, ''",
    })
    void isCalledForReviewsAndForEveryAnswer(String body, boolean isWanted, String expected) {
        Recorder recorder = new Recorder();
        Admission admission = new Admission(
                ClusterState.fixed(Nodes.fleet(Nodes.broken("n"))), Policy.DEFAULT, recorder.when(() -> isWanted));
        String review =
                body.equals("no review") ? "{}" : Reviews.create("", body.equals("pod") ? "Pod" : "Secret", POD);
        try {
            admission.answer(
                    Webhook.MUTATE, review.getBytes(StandardCharsets.UTF_8), System.nanoTime() + 60_000_000_000L);
        } catch (MalformedReviewException e) {
            assertThat(body).isEqualTo("no review");
        }
        assertThat(String.join(", ", recorder.calls)).isEqualTo(expected);
    }

    @Test
    void twoAreCalledForTheSame() throws MalformedReviewException {
        Recorder one = new Recorder();
        Recorder other = new Recorder();
        Admission admission =
                new Admission(ClusterState.fixed(Nodes.fleet(Nodes.broken("n"))), Policy.DEFAULT, one.and(other));
        admission.answer(
                Webhook.VALIDATE,
                Reviews.create("", "Pod", POD).getBytes(StandardCharsets.UTF_8),
                System.nanoTime() + 60_000_000_000L);
        assertThat(one.calls).containsExactly("reviewed CREATE", "answered VALIDATE");
        assertThat(other.calls).isEqualTo(one.calls);
    }
}
