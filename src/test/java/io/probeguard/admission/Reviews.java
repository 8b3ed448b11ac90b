package io.probeguard.admission;

import io.fabric8.zjsonpatch.JsonPatch;
import io.fabric8.zjsonpatch.JsonPatchException;
import io.probeguard.admission.Admission.Webhook;
import io.probeguard.node.ClusterState;
import io.probeguard.node.Fleet;
import io.probeguard.policy.Mode;
import io.probeguard.policy.Policy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** AdmissionReviews for tests, and what the API server makes of the answers. */
final class Reviews {
    static final JsonMapper JSON = new JsonMapper();

    private Reviews() {}

    /** A review of version v1 of a CREATE. */
    static String create(String group, String kind, String object) {
        return review("admission.k8s.io/v1", group, kind, "CREATE", object, "null");
    }

    static String review(
            String apiVersion, String group, String kind, String operation, String object, String oldObject) {
        return """
                {"kind": "AdmissionReview", "apiVersion": "%s", "request": {"uid": "u-1",
                 "kind": {"group": "%s", "version": "v1", "kind": "%s"}, "namespace": "shop", "operation": "%s",
                 "userInfo": {"username": "admin"}, "object": %s, "oldObject": %s, "dryRun": false, "options": null}}
                """.formatted(apiVersion, group, kind, operation, object, oldObject);
    }

    static JsonNode answer(Fleet fleet, Mode mode, Webhook webhook, String review) {
        return answer(fleet, Policy.DEFAULT.withMode(mode), webhook, review);
    }

    static JsonNode answer(Fleet fleet, Policy policy, Webhook webhook, String review) {
        long deadline = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        try {
            return JSON.readTree(new Admission(ClusterState.fixed(fleet), policy, Observer.NONE)
                    .answer(webhook, review.getBytes(StandardCharsets.UTF_8), deadline));
        } catch (MalformedReviewException e) {
            throw new AssertionError(e);
        }
    }

    /** The patch of an answer; a missing node where there is none. */
    static JsonNode patch(JsonNode answer) {
        JsonNode patch = answer.at("/response/patch");
        return patch.isMissingNode() ? patch : JSON.readTree(Base64.getDecoder().decode(patch.asString()));
    }

    private static String failure(JsonNode patch, JsonNode object) {
        try {
            JsonPatch.apply(patch.isMissingNode() ? JSON.createArrayNode() : patch, object);
            return "";
        } catch (JsonPatchException e) {
            return String.valueOf(e.getMessage());
        }
    }

    /**
     * What an API server insists on (apiserver pkg/admission/plugin/webhook/request/admissionreview.go): the uid of the
     * request, the version of the review, patch and patchType together or not at all, and
     * the patch to apply.
     *
     * @return what is wrong, empty where nothing is
     */
    static String complaint(JsonNode review, JsonNode answer, Webhook webhook) {
        JsonNode response = answer.path("response");
        if (!answer.path("kind").asString("").equals("AdmissionReview")
                || !answer.path("apiVersion").equals(review.path("apiVersion"))) {
            return "wrong kind or apiVersion";
        }
        if (!response.path("uid").equals(review.at("/request/uid"))) {
            return "wrong uid";
        }
        if (!response.path("allowed").isBoolean()) {
            return "allowed is no boolean";
        }
        if (response.has("patch") != response.has("patchType")) {
            return "patch without patchType or the reverse";
        }
        if (response.has("patch")
                && (webhook == Webhook.VALIDATE
                        || !response.path("patchType").asString().equals("JSONPatch"))) {
            return "a patch where none may be";
        }
        String failure = failure(patch(answer), review.at("/request/object"));
        if (!failure.isEmpty()) {
            return "a patch that does not apply: " + failure;
        }
        for (JsonNode warning : response.path("warnings")) {
            String text = warning.asString();
            if (text.length() > 256 || text.chars().anyMatch(Character::isISOControl)) {
                return "a warning that the API server drops or cuts: " + text;
            }
        }
        for (String key : response.path("auditAnnotations").propertyNames()) {
            if (!key.matches("[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?") || key.length() > 63) {
                return "an audit annotation that is no qualified name: " + key;
            }
        }
        return "";
    }
}
