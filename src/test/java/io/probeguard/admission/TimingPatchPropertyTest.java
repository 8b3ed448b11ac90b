package io.probeguard.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.zjsonpatch.JsonPatch;
import io.probeguard.admission.Admission.Webhook;
import io.probeguard.node.Fleet;
import io.probeguard.node.Nodes;
import io.probeguard.policy.Mode;
import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Whatever a pod holds: a patch applies, changes timing and our annotation only, only ever relaxes, and only once. */
class TimingPatchPropertyTest {
    private static final Fleet FLEET = Nodes.fleet(Nodes.broken("b1"), Nodes.healthy("h1"));
    private static final List<String> NUMBERS = List.of("periodSeconds", "timeoutSeconds", "failureThreshold");

    @Provide
    Arbitrary<String> pods() {
        Arbitrary<String> number =
                Arbitraries.integers().between(0, 60).map(String::valueOf).injectNull(0.4);
        Arbitrary<String> handler =
                Arbitraries.of("\"exec\": {\"command\": [\"x\"]}", "\"httpGet\": {\"path\": \"/\"}", "\"exec\": null");
        Arbitrary<String> probe = Combinators.combine(handler, number, number, number)
                .as((how, period, timeout, failures) -> "{" + how + field("periodSeconds", period)
                        + field("timeoutSeconds", timeout) + field("failureThreshold", failures)
                        + ", \"successThreshold\": 1, \"futureField\": {\"a\": [1, null]}}");
        Arbitrary<String> maybeProbe = probe.injectNull(0.3);
        Arbitrary<String> container = Combinators.combine(maybeProbe, maybeProbe, maybeProbe)
                .as((liveness, readiness, startup) ->
                        "{\"name\": \"c\", \"unknown\": 1.50" + field("livenessProbe", liveness)
                                + field("readinessProbe", readiness) + field("startupProbe", startup) + "}");
        Arbitrary<String> containers =
                container.list().ofMaxSize(3).map(list -> list.stream().collect(Collectors.joining(",", "[", "]")));
        Arbitrary<String> metadata = Arbitraries.of(
                "{}",
                "{\"annotations\": {}}",
                "{\"annotations\": {\"x~y/z\": \"1\"}}",
                "{\"annotations\": {\"probe-guard.io/rewritten\": \"[{}]\"}}",
                "{\"labels\": {}, \"annotations\": null}");
        return Combinators.combine(metadata, containers, containers)
                .as((meta, main, init) -> "{\"kind\": \"Pod\", \"metadata\": " + meta + ", \"spec\": {\"containers\": "
                        + main + ", \"initContainers\": " + init + ", \"newInKubernetes9\": {}}}");
    }

    private static String field(String name, String value) {
        return value == null ? "" : ", \"" + name + "\": " + value;
    }

    @Property(tries = 300)
    void onlyRelaxesTiming(@ForAll("pods") String pod) {
        JsonNode before = Reviews.JSON.readTree(pod);
        JsonNode patch = patch(pod);
        if (patch.isMissingNode()) {
            return;
        }
        JsonNode after = JsonPatch.apply(patch, before);

        assertThat(without(after)).isEqualTo(without(before));
        for (String list : List.of("containers", "initContainers")) {
            for (int i = 0; i < before.at("/spec/" + list).size(); i++) {
                JsonNode was = before.at("/spec/" + list + "/" + i);
                JsonNode is = after.at("/spec/" + list + "/" + i);
                for (String probe : List.of("livenessProbe", "readinessProbe", "startupProbe")) {
                    for (String number : NUMBERS) {
                        assertThat(is.path(probe).path(number).asInt(0))
                                .isGreaterThanOrEqualTo(
                                        was.path(probe).path(number).asInt(0));
                    }
                }
            }
        }
        assertThat(patch(after.toString()).isMissingNode())
                .as("a second review changes nothing")
                .isTrue();
    }

    private static JsonNode patch(String pod) {
        return Reviews.patch(Reviews.answer(FLEET, Mode.REWRITE, Webhook.MUTATE, Reviews.create("", "Pod", pod)));
    }

    /** A pod without what a patch may change. */
    static JsonNode without(JsonNode pod) {
        JsonNode copy = pod.deepCopy();
        for (String list : List.of("containers", "initContainers")) {
            for (JsonNode container : copy.at("/spec/" + list)) {
                for (String probe : List.of("livenessProbe", "readinessProbe", "startupProbe")) {
                    if (container.path(probe) instanceof ObjectNode timing
                            && timing.path("exec").isObject()) {
                        timing.remove(NUMBERS);
                    }
                }
            }
        }
        ObjectNode metadata = (ObjectNode) copy.path("metadata");
        if (metadata.path("annotations") instanceof ObjectNode annotations) {
            annotations.remove("probe-guard.io/rewritten");
        }
        if (metadata.path("annotations").isEmpty()) {
            metadata.remove("annotations");
        }
        return copy;
    }
}
