package io.probeguard.admission;

import io.probeguard.probe.Workload;
import io.probeguard.probe.WorkloadKind;
import io.probeguard.probe.WorkloadMapper;
import io.probeguard.probe.WorkloadShape;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads an AdmissionReview in one pass over its bytes, keeping only what is needed. The API server writes the kind before
 * the object, so an object that is none of ours is skipped without being read; in any other order it is held until its
 * kind is known.
 */
final class AdmissionReader {
    private static final JsonMapper MAPPER = WorkloadMapper.INSTANCE;
    private static final Map<WorkloadKind, ObjectReader> READERS = new EnumMap<>(WorkloadKind.class);

    static {
        for (WorkloadKind kind : WorkloadKind.values()) {
            READERS.put(kind, MAPPER.readerFor(kind.shape()));
        }
    }

    private @Nullable String apiVersion;
    private @Nullable String reviewKind;
    private boolean hasRequest;
    private @Nullable String uid;
    private @Nullable String operation;
    private @Nullable String namespace;
    private @Nullable String subResource;
    private boolean kindIsKnown;
    private @Nullable WorkloadKind kind;
    private @Nullable Object object;
    private @Nullable Object oldObject;

    private AdmissionReader() {}

    /** @throws MalformedReviewException if the body is no AdmissionReview of a version that is understood */
    static AdmissionRequest read(byte[] body) throws MalformedReviewException {
        try (JsonParser parser = MAPPER.createParser(body)) {
            AdmissionReader reader = new AdmissionReader();
            reader.review(parser);
            return reader.request();
        } catch (JacksonException e) {
            String place = e.getLocation() == null
                    ? ""
                    : " (line " + e.getLocation().getLineNr() + ", column "
                            + e.getLocation().getColumnNr() + ")";
            throw new MalformedReviewException("not readable: " + e.getOriginalMessage() + place);
        }
    }

    private void review(JsonParser parser) throws MalformedReviewException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw new MalformedReviewException("the body must be a JSON object of kind AdmissionReview");
        }
        for (String field = parser.nextName(); field != null; field = parser.nextName()) {
            JsonToken value = parser.nextToken();
            switch (field) {
                case "apiVersion" -> apiVersion = text(parser);
                case "kind" -> reviewKind = text(parser);
                case "request" -> {
                    if (value == JsonToken.START_OBJECT) {
                        hasRequest = true;
                        request(parser);
                    } else {
                        parser.skipChildren();
                    }
                }
                default -> parser.skipChildren();
            }
        }
        if (parser.nextToken() != null) {
            throw new MalformedReviewException("something follows the AdmissionReview");
        }
    }

    private void request(JsonParser parser) {
        for (String field = parser.nextName(); field != null; field = parser.nextName()) {
            parser.nextToken();
            switch (field) {
                case "uid" -> uid = text(parser);
                case "operation" -> operation = text(parser);
                case "namespace" -> namespace = text(parser);
                case "subResource" -> subResource = text(parser);
                case "kind" -> kind(parser);
                case "object" -> object = object(parser);
                case "oldObject" -> oldObject = object(parser);
                default -> parser.skipChildren();
            }
        }
    }

    private record GroupVersionKind(
            @Nullable String group, @Nullable String kind) {}

    private void kind(JsonParser parser) {
        GroupVersionKind gvk = MAPPER.readValue(parser, GroupVersionKind.class);
        kindIsKnown = true;
        kind = gvk == null || gvk.kind == null ? null : WorkloadKind.of(gvk.group == null ? "" : gvk.group, gvk.kind);
    }

    private @Nullable Object object(JsonParser parser) {
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            return null;
        }
        if (!kindIsKnown) {
            return MAPPER.readTree(parser);
        }
        if (kind == null || isSet(subResource)) {
            parser.skipChildren();
            return null;
        }
        return READERS.get(kind).readValue(parser);
    }

    private AdmissionRequest request() throws MalformedReviewException {
        if (!"AdmissionReview".equals(reviewKind)
                || !(AdmissionRequest.V1.equals(apiVersion) || AdmissionRequest.V1BETA1.equals(apiVersion))) {
            throw new MalformedReviewException("expected kind AdmissionReview of " + AdmissionRequest.V1 + " or "
                    + AdmissionRequest.V1BETA1 + ", not kind " + reviewKind + " of " + apiVersion);
        }
        if (!hasRequest || !isSet(uid) || !isSet(operation)) {
            throw new MalformedReviewException("the AdmissionReview needs a request with a uid and an operation");
        }
        return new AdmissionRequest(apiVersion, uid, operation, workload(object), workload(oldObject));
    }

    private @Nullable Workload workload(@Nullable Object read) {
        if (read == null || kind == null || isSet(subResource)) {
            return null;
        }
        WorkloadShape shape =
                read instanceof JsonNode tree ? MAPPER.treeToValue(tree, kind.shape()) : (WorkloadShape) read;
        return shape.toWorkload(kind, namespace);
    }

    /** The string at the parser; null for anything else, which is passed over. */
    private static @Nullable String text(JsonParser parser) {
        if (parser.hasToken(JsonToken.VALUE_STRING)) {
            return parser.getString();
        }
        parser.skipChildren();
        return null;
    }

    private static boolean isSet(@Nullable String text) {
        return text != null && !text.isEmpty();
    }
}
