package io.probeguard.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.zjsonpatch.JsonPatch;
import io.probeguard.admission.Admission.Webhook;
import io.probeguard.node.Fleet;
import io.probeguard.node.Nodes;
import io.probeguard.policy.PolicyFile;
import io.probeguard.text.SourceText;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What becomes of a pod's own affinity; AWAY stands for the requirement that is added. */
class AffinityPatchTest {
    private static final String AWAY =
            "{\"key\": \"probe-guard.io/flagged\", \"operator\": \"NotIn\", \"values\": [\"docker-el7-1.13.1-84\"]}";
    private static final String MINE = "{\"key\": \"a\", \"operator\": \"Exists\"}";

    private static final Fleet FLEET = Nodes.fleet(
            Nodes.read("{kind: Node, metadata: {name: b, labels: {a: x, probe-guard.io/exec: broken,"
                    + " probe-guard.io/flagged: docker-el7-1.13.1-84},"
                    + " annotations: {probe-guard.io/build: docker-el7-1.13.1-84}}}"),
            Nodes.read("{kind: Node, metadata: {name: h, labels: {a: x}}}"));

    /** {@code R[...]} stands for required terms, {@code P[...]} for preferred ones. */
    private static String written(String shorthand) {
        return shorthand
                .replace("R[", "\"requiredDuringSchedulingIgnoredDuringExecution\": {\"nodeSelectorTerms\": [")
                .replace("]R", "]}")
                .replace("P[", "\"preferredDuringSchedulingIgnoredDuringExecution\": [")
                .replace("]P", "]")
                .replace("N{", "\"nodeAffinity\": {")
                .replace("E[", "\"matchExpressions\": [")
                .replace("AWAY", AWAY)
                .replace("MINE", MINE);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', textBlock = """
            require |                              | {N{R[{E[AWAY]}]R}}
            require | null                         | {N{R[{E[AWAY]}]R}}
            require | {}                           | {N{R[{E[AWAY]}]R}}
            require | {N{}}                        | {N{R[{E[AWAY]}]R}}
            require | {"podAffinity": {"x": 1}}    | {"podAffinity": {"x": 1}, N{R[{E[AWAY]}]R}}
            require | {N{P[{"weight": 1, "preference": {E[MINE]}}]P}} | {N{P[{"weight": 1, "preference": {E[MINE]}}]P, R[{E[AWAY]}]R}}
            require | {N{R[{E[MINE]}]R}}           | {N{R[{E[MINE, AWAY]}]R}}
            require | {N{R[{E[MINE]}, {E[MINE], "new": 1}]R}} | {N{R[{E[MINE, AWAY]}, {E[MINE, AWAY], "new": 1}]R}}
            require | {N{R[{}, null, {E[MINE]}]R}} | {N{R[{}, null, {E[MINE, AWAY]}]R}}
            require | {N{R[{"matchFields": [{"key": "metadata.name", "operator": "NotIn", "values": ["z"]}]}]R}} | {N{R[{"matchFields": [{"key": "metadata.name", "operator": "NotIn", "values": ["z"]}], E[AWAY]}]R}}
            require | {N{R[{E[AWAY]}]R}}           | {N{R[{E[AWAY]}]R}}
            prefer  |                              | {N{P[{"weight": 100, "preference": {E[AWAY]}}]P}}
            prefer  | {N{P[]P}}                    | {N{P[{"weight": 100, "preference": {E[AWAY]}}]P}}
            prefer  | {N{R[{E[MINE]}]R}}           | {N{R[{E[MINE]}]R, P[{"weight": 100, "preference": {E[AWAY]}}]P}}
            prefer  | {N{P[{"weight": 1, "preference": {E[MINE]}}]P}} | {N{P[{"weight": 1, "preference": {E[MINE]}}, {"weight": 100, "preference": {E[AWAY]}}]P}}
            prefer  | {N{P[{"weight": 7, "preference": {E[AWAY]}}]P}} | {N{P[{"weight": 7, "preference": {E[AWAY]}}]P}}
            """)
    void whatThePodAsksForStillHolds(String steer, String before, String after) {
        JsonNode pod = pod(before == null ? "" : ", \"affinity\": " + written(before));
        JsonNode steered = apply(steer, pod);
        assertThat(steered.at("/spec/affinity")).isEqualTo(Reviews.JSON.readTree(written(after)));
        assertThat(apply(steer, steered)).as("a second review changes nothing").isEqualTo(steered);
    }

    @Test
    void anAnnotationSaysIt() {
        JsonNode steered = apply("require", pod(""));
        assertThat(steered.at("/metadata/annotations/probe-guard.io~1steered").asString())
                .isEqualTo("kept off 1 of 2 nodes, where exec always fails: docker-el7-1.13.1-84");
        assertThat(steered.at("/metadata/annotations").has("probe-guard.io/rewritten"))
                .as("it does not meet the node any more")
                .isFalse();
        JsonNode preferring = apply("prefer", pod(""));
        assertThat(preferring
                        .at("/metadata/annotations/probe-guard.io~1steered")
                        .asString())
                .startsWith("kept off, where possible, 1 of 2 nodes");
        assertThat(preferring
                        .at("/spec/containers/0/livenessProbe/periodSeconds")
                        .asInt())
                .isEqualTo(30);
    }

    @Test
    void warnsAboutSteering() {
        assertThat(warnings(pod(""), "Pod"))
                .as("it was not steered, for whatever reason")
                .contains("app: exec (liveness) always fails on 1 of 2 nodes");
        assertThat(warnings(apply("require", pod("")), "Pod"))
                .contains("this pod is kept off 1 of 2 nodes, where exec always fails: docker-el7-1.13.1-84");
        ObjectNode template = (ObjectNode)
                Reviews.JSON.readTree(
                        "{\"apiVersion\": \"apps/v1\", \"kind\": \"Deployment\", \"metadata\": {\"name\": \"d\"}, \"spec\": {}}");
        ((ObjectNode) template.path("spec")).set("template", pod(""));
        assertThat(warnings(template, "Deployment"))
                .contains("its pods will be kept off 1 of 2 nodes, where exec always fails: docker-el7-1.13.1-84");
    }

    private static String warnings(JsonNode object, String kind) {
        return answer("require", Webhook.VALIDATE, kind, object)
                .at("/response/warnings")
                .toString()
                .replace("[]", "");
    }

    private static JsonNode pod(String affinity) {
        return Reviews.JSON.readTree(
                "{\"kind\": \"Pod\", \"metadata\": {}, \"spec\": {\"containers\": [{\"name\": \"app\","
                        + " \"livenessProbe\": {\"exec\": {\"command\": [\"x\"]}}}]" + affinity + "}}");
    }

    private static JsonNode apply(String steer, JsonNode pod) {
        JsonNode patch = Reviews.patch(answer(steer, Webhook.MUTATE, "Pod", pod));
        return patch.isMissingNode() ? pod : JsonPatch.apply(patch, pod);
    }

    private static JsonNode answer(String steer, Webhook webhook, String kind, JsonNode object) {
        return Reviews.answer(
                FLEET,
                PolicyFile.read(new SourceText("policy.yaml", "{mode: rewrite, steer: " + steer + "}")),
                webhook,
                Reviews.create(kind.equals("Pod") ? "" : "apps", kind, object.toString()));
    }
}
