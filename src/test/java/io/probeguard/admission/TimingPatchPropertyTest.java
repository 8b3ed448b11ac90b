package io.probeguard.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.zjsonpatch.JsonPatch;
import io.probeguard.admission.Admission.Webhook;
import io.probeguard.catalogue.NodeInfo;
import io.probeguard.node.Fleet;
import io.probeguard.node.NodeFacts;
import io.probeguard.node.Nodes;
import io.probeguard.policy.Mode;
import io.probeguard.policy.Policy;
import io.probeguard.policy.PolicyFile;
import io.probeguard.text.SourceText;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Whatever pods, policies and nodes there are: a patch applies, changes timing and our annotation only, only ever relaxes,
 * and only once.
 */
class TimingPatchPropertyTest {
    /** The largest number of a policy. */
    private static final int MAX_FLOOR = 90;

    private static final List<Function<String, NodeFacts>> NODES = List.of(
            Nodes::broken,
            Nodes::healthy,
            name -> Nodes.node(name, Nodes.EL7_DOCKER),
            name -> Nodes.node(name, new NodeInfo("containerd://1.7.20", "Ubuntu 22.04", "5.15", "v1.30.0")),
            name -> Nodes.node(name, new NodeInfo("containerd://1.6.29", "Ubuntu 22.04", "5.15", "v1.27.0")),
            name -> Nodes.node(name, new NodeInfo("docker://20.10.24", "Ubuntu 20.04", "5.4", "v1.20.2")));

    private static final List<String> NUMBERS = List.of("periodSeconds", "timeoutSeconds", "failureThreshold");

    @Provide
    Arbitrary<String> pods() {
        return pods(Arbitraries.integers().between(0, 60).map(String::valueOf).injectNull(0.4));
    }

    /** Pods whose probes have at least what any policy asks for. */
    @Provide
    Arbitrary<String> finePods() {
        return pods(Arbitraries.integers().between(MAX_FLOOR, 3600).map(String::valueOf));
    }

    private static Arbitrary<String> pods(Arbitrary<String> number) {
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

    @Provide
    Arbitrary<Policy> policies() {
        Arbitrary<Integer> number = Arbitraries.integers().between(1, MAX_FLOOR);
        Arbitrary<String> floor = Combinators.combine(number, number, number)
                .as((period, timeout, failures) -> "{periodSeconds: " + period + ", timeoutSeconds: " + timeout
                        + ", failureThreshold: " + failures + "}");
        return Combinators.combine(
                        floor, floor, floor, Arbitraries.of("any", "50%", "all"), Arbitraries.of(true, false))
                .as((liveness, readiness, startup, enough, unhealable) -> PolicyFile.read(new SourceText(
                        "policy.yaml",
                        "{mode: rewrite, suspicion: act, when: {rewrite: " + enough + "}, rewriteUnhealable: "
                                + unhealable
                                + ", floors: {liveness: " + liveness + ", readiness: " + readiness + ", startup: "
                                + startup + "}}")));
    }

    /** Of nodes that are flagged, suspected and healthy, and whose builds break exec in different ways. */
    @Provide
    Arbitrary<Fleet> fleets() {
        return Arbitraries.of(NODES)
                .list()
                .ofMinSize(1)
                .ofMaxSize(5)
                .map(nodes -> Nodes.fleet(IntStream.range(0, nodes.size())
                        .mapToObj(i -> nodes.get(i).apply("n" + i))
                        .toArray(NodeFacts[]::new)));
    }

    private static String field(String name, String value) {
        return value == null ? "" : ", \"" + name + "\": " + value;
    }

    @Property(tries = 500)
    void onlyRelaxesTiming(
            @ForAll("pods") String pod, @ForAll("policies") Policy policy, @ForAll("fleets") Fleet fleet) {
        JsonNode before = Reviews.JSON.readTree(pod);
        JsonNode patch = patch(pod, policy, fleet);
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
        assertThat(patch(after.toString(), policy, fleet).isMissingNode())
                .as("a second review changes nothing")
                .isTrue();
    }

    @Property(tries = 200)
    void aFineProbeStaysAsItWas(
            @ForAll("finePods") String pod, @ForAll("policies") Policy policy, @ForAll("fleets") Fleet fleet) {
        assertThat(patch(pod, policy, fleet).isMissingNode()).isTrue();
    }

    @Property(tries = 200)
    void offAndSkipChangeNothing(
            @ForAll("pods") String pod, @ForAll("policies") Policy policy, @ForAll("fleets") Fleet fleet) {
        assertThat(patch(pod, policy.withMode(Mode.OFF), fleet).isMissingNode()).isTrue();

        ObjectNode skipped = (ObjectNode) Reviews.JSON.readTree(pod);
        skipped.putObject("metadata").putObject("annotations").put("probe-guard.io/skip", "known");
        assertThat(patch(skipped.toString(), policy, fleet).isMissingNode()).isTrue();
    }

    private static JsonNode patch(String pod, Policy policy, Fleet fleet) {
        return Reviews.patch(Reviews.answer(fleet, policy, Webhook.MUTATE, Reviews.create("", "Pod", pod)));
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
