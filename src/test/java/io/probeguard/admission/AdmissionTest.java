package io.probeguard.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.zjsonpatch.JsonPatch;
import io.probeguard.Golden;
import io.probeguard.admission.Admission.Webhook;
import io.probeguard.node.ClusterState;
import io.probeguard.node.Fleet;
import io.probeguard.node.Nodes;
import io.probeguard.policy.Mode;
import io.probeguard.policy.Policy;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

class AdmissionTest {
    private static final Golden GOLDEN = new Golden("admission");
    private static final Fleet FLEET = Nodes.fleet(Nodes.broken("b1"), Nodes.healthy("h1"));
    private static final Fleet ALL_BROKEN = Nodes.fleet(Nodes.broken("b1"));

    private static final String SPEC = """
            {"containers": [{"name": "app", "image": "x",
              "livenessProbe": {"exec": {"command": ["x"]}, "initialDelaySeconds": 10, "timeoutSeconds": 1, "periodSeconds": 4, "successThreshold": 1, "failureThreshold": 3},
              "readinessProbe": {"exec": {"command": ["x"]}, "timeoutSeconds": 1, "periodSeconds": 4, "successThreshold": 1, "failureThreshold": 3}}],
             "restartPolicy": "Always", "terminationGracePeriodSeconds": 30}""";
    private static final String POD =
            "{\"kind\": \"Pod\", \"apiVersion\": \"v1\", \"metadata\": {\"generateName\": \"app-\"}, \"spec\": " + SPEC
                    + "}";
    private static final String DEPLOYMENT =
            "{\"kind\": \"Deployment\", \"apiVersion\": \"apps/v1\", \"metadata\": {\"name\": \"app\"}, \"spec\": {\"template\":"
                    + " {\"metadata\": {}, \"spec\": " + SPEC + "}}}";

    @AfterAll
    static void noGoldenFileIsStale() {
        GOLDEN.checkNoneIsStale();
    }

    @ParameterizedTest(name = "{0} {1} {2}")
    @CsvSource({
        "pod, v1, MUTATE, REWRITE",
        "pod, v1, VALIDATE, WARN",
        "pod, v1, VALIDATE, REWRITE",
        "pod, v1, VALIDATE, DENY",
        "pod, v1beta1, VALIDATE, WARN",
        "pod, v1beta1, VALIDATE, DENY",
        "deployment, v1, MUTATE, REWRITE",
        "deployment, v1, VALIDATE, REWRITE",
        "deployment, v1, VALIDATE, DENY",
        "deployment, v1beta1, VALIDATE, REWRITE",
    })
    void answers(String object, String version, Webhook webhook, Mode mode) {
        boolean pod = object.equals("pod");
        String review = Reviews.review(
                "admission.k8s.io/" + version,
                pod ? "" : "apps",
                pod ? "Pod" : "Deployment",
                "CREATE",
                pod ? POD : DEPLOYMENT,
                "null");
        JsonNode answer = Reviews.answer(mode == Mode.DENY ? ALL_BROKEN : FLEET, mode, webhook, review);

        assertThat(Reviews.complaint(Reviews.JSON.readTree(review), answer, webhook))
                .isEmpty();
        JsonNode patch = Reviews.patch(answer);
        GOLDEN.check(
                String.join("-", object, version, webhook.name(), mode.word()).toLowerCase(Locale.ROOT) + ".json",
                answer.toPrettyString() + "\n" + (patch.isMissingNode() ? "" : patch.toPrettyString() + "\n"));
    }

    @Test
    void warnsWhatWasRewrittenFromWhatToWhat() {
        JsonNode patch =
                Reviews.patch(Reviews.answer(FLEET, Mode.REWRITE, Webhook.MUTATE, Reviews.create("", "Pod", POD)));
        JsonNode rewritten = JsonPatch.apply(patch, Reviews.JSON.readTree(POD));

        JsonNode answer =
                Reviews.answer(FLEET, Mode.REWRITE, Webhook.VALIDATE, Reviews.create("", "Pod", rewritten.toString()));
        assertThat(answer.at("/response/warnings").valueStream().map(JsonNode::asString))
                .contains(
                        "app: liveness relaxed: period 4 -> 30 s, timeout 1 -> 10 s, failureThreshold 3 -> 5; restart loop after 129 to 160 s",
                        "app: readiness relaxed: period 4 -> 15 s, timeout 1 -> 10 s");
        assertThat(answer.at("/response/auditAnnotations/findings").asString())
                .isEqualTo("app/liveness=rewritten,app/readiness=rewritten");

        JsonNode again =
                Reviews.answer(FLEET, Mode.REWRITE, Webhook.MUTATE, Reviews.create("", "Pod", rewritten.toString()));
        assertThat(Reviews.patch(again).isMissingNode())
                .as("reinvoked, nothing more changes")
                .isTrue();
    }

    @Test
    void aContainerAddedAfterwardsIsRewrittenWhenReinvoked() {
        JsonNode patch =
                Reviews.patch(Reviews.answer(FLEET, Mode.REWRITE, Webhook.MUTATE, Reviews.create("", "Pod", POD)));
        JsonNode rewritten = JsonPatch.apply(patch, Reviews.JSON.readTree(POD));
        ((ArrayNode) rewritten.at("/spec/containers"))
                .add(Reviews.JSON.readTree(
                        "{\"name\": \"side\", \"livenessProbe\": {\"exec\": {}, \"periodSeconds\": 5}}"));

        JsonNode more = Reviews.patch(
                Reviews.answer(FLEET, Mode.REWRITE, Webhook.MUTATE, Reviews.create("", "Pod", rewritten.toString())));
        assertThat(more.valueStream().map(operation -> operation.path("path").asString()))
                .containsExactly(
                        "/spec/containers/1/livenessProbe/periodSeconds",
                        "/spec/containers/1/livenessProbe/timeoutSeconds",
                        "/spec/containers/1/livenessProbe/failureThreshold",
                        "/metadata/annotations/probe-guard.io~1rewritten");
        assertThat(more.at("/3/value").asString()).contains("\"app\"").contains("\"side\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"name\": \"a\"}", "{\"annotations\": null}", "{}"})
    void annotationsAreAddedWhereThereAreNone(String metadata) {
        String pod =
                "{\"kind\": \"Pod\", \"apiVersion\": \"v1\", \"metadata\": " + metadata + ", \"spec\": " + SPEC + "}";
        JsonNode patch =
                Reviews.patch(Reviews.answer(FLEET, Mode.REWRITE, Webhook.MUTATE, Reviews.create("", "Pod", pod)));
        assertThat(patch.valueStream().map(operation -> operation.path("path").asString()))
                .last()
                .isEqualTo("/metadata/annotations");
    }

    @ParameterizedTest
    @CsvSource({"261000, true", "261900, false", "262144, false"})
    void aPodWhoseAnnotationsLeaveNoRoomStaysAsItIs(int size, boolean patched) {
        String pod = "{\"kind\": \"Pod\", \"metadata\": {\"annotations\": {\"a\": \"" + "x".repeat(size - 1)
                + "\"}}, \"spec\": " + SPEC + "}";
        JsonNode patch =
                Reviews.patch(Reviews.answer(FLEET, Mode.REWRITE, Webhook.MUTATE, Reviews.create("", "Pod", pod)));
        assertThat(!patch.isMissingNode()).isEqualTo(patched);
        if (patched) {
            int total = 0;
            for (var annotation : JsonPatch.apply(patch, Reviews.JSON.readTree(pod))
                    .at("/metadata/annotations")
                    .properties()) {
                total += annotation.getKey().length()
                        + annotation.getValue().asString().length();
            }
            assertThat(total).isLessThanOrEqualTo(262144);
        }
    }

    @Test
    void existingAnnotationsStay() {
        String pod = "{\"kind\": \"Pod\", \"metadata\": {\"annotations\": {\"a\": \"b\"}}, \"spec\": " + SPEC + "}";
        JsonNode patch =
                Reviews.patch(Reviews.answer(FLEET, Mode.REWRITE, Webhook.MUTATE, Reviews.create("", "Pod", pod)));
        assertThat(JsonPatch.apply(patch, Reviews.JSON.readTree(pod))
                        .at("/metadata/annotations/a")
                        .asString())
                .isEqualTo("b");
    }

    @ParameterizedTest
    @EnumSource(Webhook.class)
    void whatIsNoneOfOursIsAllowedAtOnce(Webhook webhook) {
        String podWithSub = Reviews.create("", "Pod", POD)
                .replace("\"namespace\":", "\"subResource\": \"binding\", \"namespace\":");
        for (String review : new String[] {
            Reviews.create("", "Service", "{\"spec\": {\"template\": 7}}"),
            Reviews.create("", "Service", "{\"spec\": {\"template\": {\"spec\": " + SPEC + "}}}"),
            Reviews.create("extensions", "Rollout", "{\"spec\": {\"template\": {\"spec\": " + SPEC + "}}}"),
            Reviews.create("example.com", "Deployment", "{\"spec\": 7}"),
            Reviews.create("", "Pod", "null"),
            podWithSub,
            Reviews.review("admission.k8s.io/v1", "", "Pod", "DELETE", "null", POD),
            Reviews.review("admission.k8s.io/v1", "", "Pod", "CONNECT", POD, "null"),
            Reviews.review("admission.k8s.io/v1", "", "Pod", "UPDATE", POD, POD),
            Reviews.create(
                    "",
                    "Pod",
                    "{\"spec\": {\"containers\": [{\"name\": \"a\", \"livenessProbe\": {\"httpGet\": {}}}]}}"),
        }) {
            JsonNode response =
                    Reviews.answer(ALL_BROKEN, Mode.DENY, webhook, review).path("response");
            assertThat(response.propertyNames()).as(review).containsExactly("uid", "allowed");
            assertThat(response.path("allowed").asBoolean()).isTrue();
        }
    }

    /** Nobody can create it, and a patch of what is not there fails the request whatever the failurePolicy. */
    @ParameterizedTest
    @ValueSource(strings = {"", "\"metadata\": null, "})
    void aPodWithoutMetadataGetsNoPatch(String metadata) {
        String pod =
                "{\"kind\": \"Pod\", " + metadata + "\"spec\": {\"containers\": [{\"name\": \"a\", \"livenessProbe\":"
                        + " {\"exec\": {\"command\": [\"x\"]}}}]}}";
        JsonNode answer = Reviews.answer(FLEET, Mode.REWRITE, Webhook.MUTATE, Reviews.create("", "Pod", pod));
        assertThat(answer.at("/response/allowed").asBoolean()).isTrue();
        assertThat(answer.at("/response").has("patch")).isFalse();
    }

    @Test
    void anUpdateOfAPodIsNeverRefusedOrPatched() {
        String relabelled = POD.replace("\"periodSeconds\": 4", "\"periodSeconds\": 5");
        String update = Reviews.review("admission.k8s.io/v1", "", "Pod", "UPDATE", relabelled, POD);
        assertThat(Reviews.answer(ALL_BROKEN, Mode.DENY, Webhook.VALIDATE, update)
                        .at("/response/allowed")
                        .asBoolean())
                .isTrue();
        assertThat(Reviews.patch(Reviews.answer(ALL_BROKEN, Mode.REWRITE, Webhook.MUTATE, update))
                        .isMissingNode())
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "kubernetes.io/config.mirror, mirror-pod: static pod: its manifest is a file on the node",
        "probe-guard.io/skip, opted-out: because",
    })
    void beingLeftAloneLeavesATrace(String annotation, String trace) {
        String pod = "{\"kind\": \"Pod\", \"metadata\": {\"annotations\": {\"" + annotation
                + "\": \"because\"}}, \"spec\": " + SPEC + "}";
        String byItsNode = Reviews.create("", "Pod", pod).replace("admin", "system:node:b1");
        JsonNode answer = Reviews.answer(ALL_BROKEN, Mode.DENY, Webhook.VALIDATE, byItsNode);
        assertThat(answer.at("/response/allowed").asBoolean()).isTrue();
        assertThat(answer.at("/response/warnings").isMissingNode()).isTrue();
        assertThat(answer.at("/response/auditAnnotations/left-alone").asString())
                .isEqualTo(trace);
    }

    @Test
    void theMarkOfAMirrorPodIsBelievedOfKubeletsOnly() {
        String pod = "{\"kind\": \"Pod\", \"metadata\": {\"annotations\": {\"kubernetes.io/config.mirror\": \"x\"}},"
                + " \"spec\": " + SPEC + "}";
        JsonNode answer = Reviews.answer(ALL_BROKEN, Mode.DENY, Webhook.VALIDATE, Reviews.create("", "Pod", pod));
        assertThat(answer.at("/response/allowed").asBoolean()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"shop, false", "kube-system, true", "probe-guard, true"})
    void inSystemNamespacesNothingIsRefused(String namespace, boolean allowed) throws Exception {
        Admission admission =
                new Admission(ClusterState.fixed(ALL_BROKEN), Policy.DEFAULT.withMode(Mode.DENY), Observer.NONE);
        String review = Reviews.create("", "Pod", POD).replace("\"shop\"", "\"" + namespace + "\"");
        JsonNode answer = Reviews.JSON.readTree(admission.answer(
                Webhook.VALIDATE, review.getBytes(StandardCharsets.UTF_8), System.nanoTime() + 60_000_000_000L));
        assertThat(answer.at("/response/allowed").asBoolean()).isEqualTo(allowed);
        assertThat(answer.at("/response/auditAnnotations/left-alone").asString(""))
                .isEqualTo(allowed ? "exempt: nothing in namespace " + namespace + " is rewritten or refused" : "");
        assertThat(answer.at("/response/warnings").isEmpty()).isEqualTo(!allowed);
    }

    @Test
    void customResourcesAreJudgedByTheShapeOfTheirPods() {
        String rollout =
                "{\"kind\": \"Rollout\", \"metadata\": {\"name\": \"web\"}, \"spec\": {\"template\": {\"spec\": " + SPEC
                        + "}, \"sidecars\": [{\"livenessProbe\": {\"exec\": {}}}]}}";
        String deployment =
                "{\"kind\": \"Deployment\", \"metadata\": {\"name\": \"web\"}, \"spec\": {\"template\": {\"spec\": "
                        + SPEC + "}}}";
        JsonNode custom = Reviews.answer(
                ALL_BROKEN, Mode.DENY, Webhook.VALIDATE, Reviews.create("argoproj.io", "Rollout", rollout));
        JsonNode known = Reviews.answer(
                ALL_BROKEN, Mode.DENY, Webhook.VALIDATE, Reviews.create("apps", "Deployment", deployment));
        assertThat(custom.at("/response/allowed").asBoolean()).isTrue();
        assertThat(custom.at("/response/auditAnnotations/not-judged").asString())
                .isEqualTo("custom-resource: 1 exec handler of containers in no PodSpec");
        assertThat(custom.at("/response/auditAnnotations/findings"))
                .isEqualTo(known.at("/response/auditAnnotations/findings"));
        assertThat(custom.at("/response/warnings").valueStream())
                .isNotEmpty()
                .isSubsetOf(known.at("/response/warnings").valueStream().toList());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            {"a": {"template": {"spec": %s}}, "b": {"template": {"spec": %s}}}  | true  | ~~
            {"sidecars": [{"livenessProbe": {"exec": {}}}]}                     | false | custom-resource: 1 exec handler of containers in no PodSpec
            {"sidecars": [{"livenessProbe": {"httpGet": {}}}]}                  | false | ~~
            """)
    void whatACustomResourceEmbedsIsJudgedOrSaidNotToBe(String spec, boolean isWarned, String notJudged) {
        String rollout = "{\"kind\": \"Rollout\", \"metadata\": {\"name\": \"web\"}, \"spec\": "
                + spec.replace("%s", SPEC) + "}";
        JsonNode answer = Reviews.answer(
                ALL_BROKEN, Mode.DENY, Webhook.VALIDATE, Reviews.create("argoproj.io", "Rollout", rollout));
        assertThat(answer.at("/response/warnings").isEmpty()).isEqualTo(!isWarned);
        assertThat(answer.at("/response/auditAnnotations/not-judged").asString(""))
                .isEqualTo(notJudged);
    }

    /** As a tree, its 2.9 MB would take 70. */
    @Test
    void aCustomResourceOfTooManyValuesIsLeftAlone() {
        String values = "{\"a\":1},".repeat(320_000);
        String object =
                "{\"kind\": \"Thing\", \"spec\": {\"a\": [" + values + "{}], \"template\": {\"spec\": " + SPEC + "}}}";
        JsonNode answer =
                Reviews.answer(ALL_BROKEN, Mode.DENY, Webhook.VALIDATE, Reviews.create("example.com", "Thing", object));
        assertThat(answer.at("/response/allowed").asBoolean()).isTrue();
        assertThat(answer.at("/response/auditAnnotations/left-alone").asString())
                .isEqualTo("too-large: there is no memory for so many values");
        String large = object.replace("{\"a\":1}", "{\"a\":\"" + "x".repeat(80) + "\"}");
        assertThat(Reviews.answer(
                                ALL_BROKEN, Mode.DENY, Webhook.VALIDATE, Reviews.create("example.com", "Thing", large))
                        .at("/response/warnings"))
                .as("of the same number of values, each of which is large")
                .isNotEmpty();
    }

    @Test
    void anUnknownNodeIsRecorded() {
        String pod = POD.replace("\"restartPolicy\"", "\"nodeName\": \"gone\", \"restartPolicy\"");
        JsonNode answer = Reviews.answer(ALL_BROKEN, Mode.DENY, Webhook.VALIDATE, Reviews.create("", "Pod", pod));
        assertThat(answer.at("/response/auditAnnotations/left-alone").asString())
                .isEqualTo("no-candidates: node \"gone\" not found");
    }

    @Test
    void anOrderOfFieldsThatTheApiServerDoesNotUseIsReadToo() {
        String review = "{\"request\": {\"object\": " + POD + ", \"operation\": \"CREATE\", \"namespace\": \"shop\","
                + " \"kind\": {\"kind\": \"Pod\", \"version\": \"v1\", \"group\": \"\"}, \"uid\": \"u-1\"},"
                + " \"apiVersion\": \"admission.k8s.io/v1\", \"kind\": \"AdmissionReview\"}";
        assertThat(Reviews.patch(Reviews.answer(FLEET, Mode.REWRITE, Webhook.MUTATE, review)))
                .isEqualTo(Reviews.patch(
                        Reviews.answer(FLEET, Mode.REWRITE, Webhook.MUTATE, Reviews.create("", "Pod", POD))));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                    ~~                                                                                    | request body must be a JSON object
                    []                                                                                    | request body must be a JSON object
                    {                                                                                     | cannot decode AdmissionReview:
                    {"kind": }                                                                            | (line 1, column 10)
                    {} {}                                                                                 | unexpected data after the AdmissionReview
                    {}                                                                                    | expected kind AdmissionReview
                    {"kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v2", "request": {}}       | expected kind AdmissionReview
                    {"kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1"}                      | must have a request with a uid
                    {"kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1", "request": 7}        | must have a request with a uid
                    {"kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1", "request": {"uid": {"a": 1}, "operation": ["CREATE"]}} | must have a request with a uid
                    {"kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1", "request": {"uid": "u"}} | must have a request with a uid
                    {"kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1", "request": {"uid": "u", "operation": "CREATE", "kind": {"kind": "Pod"}, "object": {"spec": {"containers": {}}}}} | cannot decode AdmissionReview:
                    {"kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1", "request": {"uid": "u", "operation": "CREATE", "kind": {"kind": "Pod"}, "object": {"spec": {"containers": [{"livenessProbe": 7}]}}}} | cannot decode AdmissionReview:
                    {"kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1", "request": {"uid": "u", "operation": "CREATE", "namespace": "../kube-system"}} | namespace is not a DNS label
                    {"kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1", "request": {"uid": "u", "operation": "CREATE", "namespace": "a?limit=1"}} | namespace is not a DNS label
                    {"kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1", "request": {"uid": "u", "operation": "CREATE", "namespace": "a\\nb"}} | namespace is not a DNS label
                    {"kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1", "request": {"uid": "u", "operation": "CREATE", "namespace": "a.b"}} | namespace is not a DNS label
                    {"kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1", "request": {"uid": "u", "operation": "CREATE", "namespace": "1234567890123456789012345678901234567890123456789012345678901234"}} | namespace is not a DNS label
                    {"kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1", "request": {"uid": "u", "operation": "CREATE", "kind": {"kind": "Namespace"}, "name": "../secrets", "object": {}}} | name is not a DNS subdomain
                    {"kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1", "request": {"uid": "u", "operation": "CREATE", "kind": {"kind": "Binding"}, "subResource": "binding", "namespace": "a", "name": "p/../q", "object": {"target": {"name": "node"}}}} | name is not a DNS subdomain
                    {"kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1", "request": {"uid": "u", "operation": "CREATE", "kind": {"kind": "Binding"}, "subResource": "binding", "namespace": "a", "name": "p", "object": {"target": {"name": "no/de"}}}} | target.name is not a DNS subdomain
                    {"kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1", "request": {"uid": "u", "operation": "CREATE", "kind": {"kind": "Pod"}, "object": {}, "kind": {"kind": "Namespace"}}} | duplicate field
                    {"kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1", "request": {"uid": "u", "operation": "CREATE", "kind": {"kind": "Pod"}, "object": {}, "subResource": "binding"}} | subResource must come before object
                    """)
    void garbageIsRefusedWithAReason(String body, String reason) {
        Admission admission = new Admission(ClusterState.fixed(FLEET), Policy.DEFAULT, Observer.NONE);
        assertThatThrownBy(() -> admission.answer(
                        Webhook.MUTATE, body.getBytes(StandardCharsets.UTF_8), System.nanoTime() + 1_000_000_000L))
                .isInstanceOf(MalformedReviewException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void aUidIsNotLongerThanItNeedsToBe() throws MalformedReviewException {
        assertThat(answerTo(Reviews.create("", "Pod", POD).replace("\"u-1\"", "\"" + "u".repeat(128) + "\"")))
                .contains("\"uid\":\"" + "u".repeat(128) + "\"");
        assertThatThrownBy(() ->
                        answerTo(Reviews.create("", "Pod", POD).replace("\"u-1\"", "\"" + "u".repeat(129) + "\"")))
                .isInstanceOf(MalformedReviewException.class)
                .hasMessage("uid is longer than 128 characters");
    }

    @Test
    void aNameIsNoLongerThanTheApiServerHasIt() throws MalformedReviewException {
        String review =
                Reviews.create("", "Namespace", "{}").replace("\"namespace\"", "\"name\": \"N\", \"namespace\"");
        assertThat(answerTo(review.replace("\"N\"", "\"" + "n".repeat(253) + "\"")))
                .contains("\"allowed\":true");
        assertThatThrownBy(() -> answerTo(review.replace("\"N\"", "\"" + "n".repeat(254) + "\"")))
                .isInstanceOf(MalformedReviewException.class)
                .hasMessageContaining("name is not a DNS subdomain");
    }

    private static String answerTo(String review) throws MalformedReviewException {
        byte[] answer = new Admission(ClusterState.fixed(FLEET), Policy.DEFAULT, Observer.NONE)
                .answer(Webhook.VALIDATE, review.getBytes(StandardCharsets.UTF_8), System.nanoTime() + 60_000_000_000L);
        return new String(answer, StandardCharsets.UTF_8);
    }

    @Test
    void whatArrivesTooLateIsAllowedUnjudged() throws MalformedReviewException {
        Admission admission =
                new Admission(ClusterState.fixed(ALL_BROKEN), Policy.DEFAULT.withMode(Mode.DENY), Observer.NONE);
        byte[] body = Reviews.create("", "Pod", POD).getBytes(StandardCharsets.UTF_8);
        JsonNode answer = Reviews.JSON.readTree(admission.answer(Webhook.VALIDATE, body, System.nanoTime() - 1));
        assertThat(answer.at("/response/allowed").asBoolean()).isTrue();
        assertThat(answer.at("/response/auditAnnotations/left-alone").asString())
                .startsWith("deadline");
    }
}
