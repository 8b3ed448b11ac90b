package io.probeguard.admission;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.probeguard.admission.Admission.Webhook;
import io.probeguard.node.ClusterState;
import io.probeguard.node.Fleet;
import io.probeguard.node.NodeFacts;
import io.probeguard.node.NodeFacts.Taint;
import io.probeguard.node.Nodes;
import io.probeguard.policy.Mode;
import io.probeguard.policy.Policy;
import io.probeguard.policy.PolicyFile;
import io.probeguard.text.SourceText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Timeout;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Whatever stands anywhere in a review: it is answered or refused with a reason, and never a fault of ours. */
class AdmissionFuzzTest {
    private static final Fleet FLEET = Nodes.fleet(
            new NodeFacts(
                    "b1",
                    Map.of("zone", "a"),
                    List.of(new Taint("k", "v", "NoSchedule")),
                    null,
                    Nodes.BAD_DOCKER,
                    null,
                    Nodes.EL7_DOCKER),
            Nodes.broken("b2"));

    private static final Fleet SOME_HEALTHY = Nodes.fleet(Nodes.broken("b1"), Nodes.healthy("h1"));

    private static final Policy STEERING =
            PolicyFile.read(new SourceText("policy.yaml", "mode: rewrite\nsteer: require"));

    private static final String POD = """
            {"kind": "Pod", "apiVersion": "v1",
             "metadata": {"name": "a", "generateName": "a-", "annotations": {"probe-guard.io/skip": "x", "b": "c"},
              "ownerReferences": [{"kind": "ReplicaSet", "name": "a-1", "controller": true}]},
             "spec": {"nodeName": "", "nodeSelector": {"zone": "a"}, "restartPolicy": "Always",
              "terminationGracePeriodSeconds": 30,
              "affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [
               {"matchExpressions": [{"key": "zone", "operator": "In", "values": ["a"]}],
                "matchFields": [{"key": "metadata.name", "operator": "In", "values": ["b1"]}]}]}}},
              "tolerations": [{"key": "k", "operator": "Equal", "value": "v", "effect": "NoSchedule"}],
              "containers": [{"name": "app", "restartPolicy": "Always",
               "livenessProbe": {"exec": {"command": ["x"]}, "periodSeconds": 4, "terminationGracePeriodSeconds": 3},
               "readinessProbe": {"exec": {}}, "startupProbe": {"exec": {}, "failureThreshold": 3},
               "lifecycle": {"postStart": {"exec": {}}, "preStop": {"exec": {}}}}],
              "initContainers": [{"name": "init", "livenessProbe": {"exec": {}}}]}}""";

    private static final JsonNode REVIEW = Reviews.JSON.readTree(Reviews.create("", "Pod", POD));
    private static final List<JsonPointer> PLACES = new ArrayList<>();

    static {
        collect(REVIEW, JsonPointer.empty());
    }

    private static void collect(JsonNode node, JsonPointer pointer) {
        PLACES.add(pointer);
        node.properties().forEach(entry -> collect(entry.getValue(), pointer.appendProperty(entry.getKey())));
        for (int i = 0; node.isArray() && i < node.size(); i++) {
            collect(node.get(i), pointer.appendIndex(i));
        }
    }

    @Provide
    Arbitrary<String> values() {
        return Arbitraries.of(
                "null",
                "0",
                "-1",
                "1.5",
                "99999999999",
                "1e400",
                "\"\"",
                "\"x\"",
                "\"\\u0000\\n\"",
                "true",
                "[]",
                "[null]",
                "[[]]",
                "{}",
                "{\"a\": null}",
                "\"In\"",
                "\"Exists\"",
                "[{}]",
                "\"" + "y".repeat(5000) + "\"");
    }

    @Property(tries = 2000)
    void anyTwoValuesAnywhere(
            @ForAll @IntRange(max = 10_000) int first,
            @ForAll @IntRange(max = 10_000) int second,
            @ForAll("values") String one,
            @ForAll("values") String other,
            @ForAll Webhook webhook,
            @ForAll Mode mode) {
        String review = with(with(REVIEW, first, one), second, other).toString();
        Admission admission = new Admission(ClusterState.fixed(FLEET), Policy.DEFAULT.withMode(mode), Observer.NONE);
        try {
            byte[] answer = admission.answer(
                    webhook, review.getBytes(StandardCharsets.UTF_8), System.nanoTime() + 60_000_000_000L);
            assertThat(Reviews.complaint(Reviews.JSON.readTree(review), Reviews.JSON.readTree(answer), webhook))
                    .isEmpty();
        } catch (MalformedReviewException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }

    private static JsonNode with(JsonNode review, int place, String value) {
        JsonPointer pointer = PLACES.get(place % PLACES.size());
        if (pointer.matches()) {
            return Reviews.JSON.readTree(value);
        }
        JsonNode copy = review.deepCopy();
        JsonNode parent = copy.at(pointer.head());
        if (parent instanceof ObjectNode object) {
            object.set(pointer.last().getMatchingProperty(), Reviews.JSON.readTree(value));
        } else if (parent instanceof ArrayNode array) {
            int index = pointer.last().getMatchingIndex();
            if (index >= 0 && index < array.size()) {
                array.set(index, Reviews.JSON.readTree(value));
            }
        }
        return copy;
    }

    @Property(tries = 2000)
    void anyByteAnywhere(@ForAll @IntRange(max = 100_000) int at, @ForAll byte value, @ForAll Webhook webhook) {
        byte[] body = REVIEW.toString().getBytes(StandardCharsets.UTF_8);
        body[at % body.length] = value;
        try {
            new Admission(ClusterState.fixed(FLEET), Policy.DEFAULT, Observer.NONE)
                    .answer(webhook, body, System.nanoTime() + 60_000_000_000L);
        } catch (MalformedReviewException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }

    @FuzzTest
    @Timeout(30)
    void anyBody(byte[] body) {
        assertAnswered(Webhook.MUTATE, body, FLEET, Policy.DEFAULT.withMode(Mode.REWRITE));
        assertAnswered(Webhook.MUTATE, body, SOME_HEALTHY, STEERING);
        assertAnswered(Webhook.VALIDATE, body, FLEET, Policy.DEFAULT.withMode(Mode.DENY));
    }

    private static void assertAnswered(Webhook webhook, byte[] body, Fleet fleet, Policy policy) {
        try {
            byte[] answer = new Admission(ClusterState.fixed(fleet), policy, Observer.NONE)
                    .answer(webhook, body, System.nanoTime() + 60_000_000_000L);
            // What is not read of a body need not even be UTF-8.
            JsonNode review = Reviews.JSON.readTree(new String(body, StandardCharsets.UTF_8));
            assertThat(Reviews.complaint(review, Reviews.JSON.readTree(answer), webhook))
                    .isEmpty();
        } catch (MalformedReviewException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }
}
