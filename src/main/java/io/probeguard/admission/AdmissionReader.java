package io.probeguard.admission;

import io.probeguard.admission.Subject.Binding;
import io.probeguard.admission.Subject.NamespaceChange;
import io.probeguard.admission.Subject.TooLarge;
import io.probeguard.admission.Subject.WorkloadChange;
import io.probeguard.admission.TreeParser.TooLargeException;
import io.probeguard.policy.Policy;
import io.probeguard.probe.EmbeddedPods;
import io.probeguard.probe.Workload;
import io.probeguard.probe.WorkloadKind;
import io.probeguard.probe.WorkloadMapper;
import io.probeguard.probe.WorkloadShape;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads an AdmissionReview in one pass over its bytes, keeping only what is needed. The API server writes the kind before
 * the object, so objects of other kinds are skipped; in any other order an object is kept until its kind is known.
 */
final class AdmissionReader {
    private static final List<String> VERSIONS = List.of(AdmissionRequest.V1, AdmissionRequest.V1BETA1);
    private static final JsonMapper MAPPER = WorkloadMapper.INSTANCE;
    private static final ObjectReader NAMESPACE = MAPPER.readerFor(Labelled.class);
    private static final ObjectReader BINDING = MAPPER.readerFor(Bound.class);
    private static final ObjectReader CUSTOM = MAPPER.readerFor(JsonNode.class);
    /** UUIDs have 36. */
    private static final int MAX_UID = 128;

    // As the API server itself has them (apimachinery's pkg/util/validation): what they name goes into paths, logs and
    // keys.
    private static final Pattern NAMESPACE_NAME = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9.]*[a-z0-9])?");
    private static final int MAX_NAME = 253;
    private static final Map<WorkloadKind, ObjectReader> WORKLOADS = new EnumMap<>(WorkloadKind.class);

    static {
        for (WorkloadKind kind : WorkloadKind.values()) {
            WORKLOADS.put(kind, MAPPER.readerFor(kind.shape()));
        }
    }

    private @Nullable String apiVersion;
    private @Nullable String reviewKind;
    private boolean hasRequest;
    private @Nullable String uid;
    private @Nullable String operation;
    private boolean isDryRun;
    private @Nullable String name;
    private @Nullable String namespace;
    private @Nullable String subResource;
    private @Nullable UserInfo user;
    private @Nullable GroupVersionKind kind;
    private @Nullable Object object;
    private @Nullable Object oldObject;

    private boolean isTooLarge;

    private final int length;

    private AdmissionReader(int length) {
        this.length = length;
    }

    /** @throws MalformedReviewException if the body is not an AdmissionReview of a supported version */
    static AdmissionRequest read(byte[] body) throws MalformedReviewException {
        try (JsonParser parser = MAPPER.createParser(body)) {
            AdmissionReader reader = new AdmissionReader(body.length);
            try {
                reader.review(parser);
            } catch (TooLargeException e) {
                reader.isTooLarge = true; // what identifies a request comes before its objects
            }
            return reader.request();
        } catch (JacksonException e) {
            String place = e.getLocation() == null
                    ? ""
                    : " (line " + e.getLocation().getLineNr() + ", column "
                            + e.getLocation().getColumnNr() + ")";
            throw new MalformedReviewException("cannot decode AdmissionReview: " + e.getOriginalMessage() + place);
        }
    }

    private void review(JsonParser parser) throws MalformedReviewException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw new MalformedReviewException("request body must be a JSON object of kind AdmissionReview");
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
            throw new MalformedReviewException("unexpected data after the AdmissionReview");
        }
    }

    /** In whatever order the rest comes: what says how the object is to be read comes once, and not after it was read. */
    private void request(JsonParser parser) throws MalformedReviewException {
        for (String field = parser.nextName(); field != null; field = parser.nextName()) {
            parser.nextToken();
            switch (field) {
                case "uid" -> uid = text(parser);
                case "operation" -> operation = text(parser);
                case "dryRun" -> isDryRun = parser.getValueAsBoolean();
                case "name" -> name = text(parser);
                case "namespace" -> namespace = text(parser);
                case "subResource" -> {
                    subResource = text(parser);
                    check(object == null || object instanceof JsonNode, "subResource must come before object");
                }
                case "kind" -> {
                    check(kind == null, "duplicate field \"kind\"");
                    kind = MAPPER.readValue(parser, GroupVersionKind.class);
                }
                case "userInfo" -> user = MAPPER.readValue(parser, UserInfo.class);
                case "object" -> object = object(parser);
                case "oldObject" -> oldObject = object(parser);
                default -> parser.skipChildren();
            }
        }
    }

    private record UserInfo(@Nullable String username) {
        boolean isKubelet() {
            return username != null && username.startsWith("system:node:");
        }
    }

    private record GroupVersionKind(
            @Nullable String group, @Nullable String kind) {

        boolean isCore(String wanted) {
            return wanted.equals(kind) && (group == null || group.isEmpty());
        }

        /** The groups of custom resources are domain names (apiextensions' validation insists on a dot). */
        boolean isCustom() {
            return kind != null && group != null && group.indexOf('.') >= 0 && workload() == null;
        }

        @Nullable
        WorkloadKind workload() {
            return kind == null ? null : WorkloadKind.of(group == null ? "" : group, kind);
        }
    }

    private record Labelled(@Nullable Metadata metadata) {
        record Metadata(@Nullable Map<String, String> labels) {}

        static @Nullable String mode(@Nullable Labelled namespace) {
            return namespace == null || namespace.metadata == null || namespace.metadata.labels == null
                    ? null
                    : namespace.metadata.labels.get(Policy.MODE_LABEL);
        }
    }

    private record Bound(@Nullable Target target) {
        record Target(@Nullable String name) {}

        @Nullable
        String node() {
            return target == null || target.name == null || target.name.isEmpty() ? null : target.name;
        }
    }

    private @Nullable Object object(JsonParser parser) {
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            return null;
        }
        if (kind == null) {
            return MAPPER.readTree(new TreeParser(parser, length));
        }
        ObjectReader reader = reader(kind);
        if (reader == null) {
            parser.skipChildren();
            return null;
        }
        return reader.readValue(reader == CUSTOM ? new TreeParser(parser, length) : parser);
    }

    /** For the objects of a request; null if they are of no kind that is judged. */
    private @Nullable ObjectReader reader(GroupVersionKind kind) {
        if (subResource != null) {
            return subResource.equals("binding") && kind.isCore("Binding") ? BINDING : null;
        }
        if (kind.isCore("Namespace")) {
            return NAMESPACE;
        }
        WorkloadKind workload = kind.workload();
        return workload != null ? WORKLOADS.get(workload) : kind.isCustom() ? CUSTOM : null;
    }

    private AdmissionRequest request() throws MalformedReviewException {
        if (!"AdmissionReview".equals(reviewKind) || apiVersion == null || !VERSIONS.contains(apiVersion)) {
            throw new MalformedReviewException("expected kind AdmissionReview of " + String.join(" or ", VERSIONS)
                    + ", not kind " + reviewKind + " of " + apiVersion);
        }
        if (!hasRequest || uid == null || operation == null) {
            throw new MalformedReviewException("AdmissionReview must have a request with a uid and an operation");
        }
        check(uid.length() <= MAX_UID, "uid is longer than " + MAX_UID + " characters");
        check(
                namespace == null || NAMESPACE_NAME.matcher(namespace).matches(),
                "namespace is not a DNS label, as every name of a namespace is");
        return new AdmissionRequest(apiVersion, uid, operation, isDryRun, namespace, subject());
    }

    private static void check(boolean holds, String problem) throws MalformedReviewException {
        if (!holds) {
            throw new MalformedReviewException(problem);
        }
    }

    private static boolean isName(String text) {
        return text.length() <= MAX_NAME && NAME.matcher(text).matches();
    }

    private @Nullable Subject subject() throws MalformedReviewException {
        if (isTooLarge) {
            return new TooLarge();
        }
        ObjectReader reader = kind == null ? null : reader(kind);
        Object now = read(object, reader);
        Object before = read(oldObject, reader);
        if (now instanceof WorkloadShape shape) {
            Workload workload = workload(shape);
            Workload workloadBefore = before == null ? null : workload((WorkloadShape) before);
            return workload == null
                    ? null
                    : new WorkloadChange(
                            List.of(workload), workloadBefore == null ? List.of() : List.of(workloadBefore), 0);
        }
        if (now instanceof JsonNode custom) {
            EmbeddedPods embedded = EmbeddedPods.of(custom);
            return embedded.pods().isEmpty() && embedded.handlers().isEmpty()
                    ? null
                    : new WorkloadChange(
                            workloads(custom),
                            before == null ? List.of() : workloads((JsonNode) before),
                            embedded.handlers().size());
        }
        if (name == null || now == null) {
            return null;
        }
        check(isName(name), "name is not a DNS subdomain, as names of pods and namespaces are");
        if (now instanceof Bound bound) {
            String node = bound.node();
            check(node == null || isName(node), "target.name is not a DNS subdomain, as names of nodes are");
            return namespace == null || node == null ? null : new Binding(namespace, name, node);
        }
        return now instanceof Labelled namespaceNow
                ? new NamespaceChange(name, Labelled.mode(namespaceNow), Labelled.mode((Labelled) before))
                : null;
    }

    /** An object that came before its kind was known is still a tree. */
    private static @Nullable Object read(@Nullable Object object, @Nullable ObjectReader reader) {
        return object instanceof JsonNode tree ? reader == null ? null : reader.readValue(tree) : object;
    }

    /** Only kubelets create mirror pods; on a pod of anybody else their annotation means nothing. */
    private @Nullable Workload workload(WorkloadShape shape) {
        WorkloadKind workloadKind = kind == null ? null : kind.workload();
        Workload workload = workloadKind == null ? null : shape.toWorkload(workloadKind, namespace);
        return workload == null || (user != null && user.isKubelet()) ? workload : workload.withoutMirror();
    }

    /** The pods that a custom resource embeds. */
    private List<Workload> workloads(JsonNode custom) {
        String kindName = kind == null || kind.kind == null ? "" : kind.kind;
        return EmbeddedPods.of(custom).pods().stream()
                .map(place -> place.shape(custom).toWorkload(WorkloadKind.CUSTOM, kindName, namespace))
                .filter(Objects::nonNull)
                .map(Workload::withoutMirror)
                .toList();
    }

    /** The string at the parser; null if it is empty, and for anything else, which is skipped. */
    private static @Nullable String text(JsonParser parser) {
        if (parser.hasToken(JsonToken.VALUE_STRING)) {
            String text = parser.getString();
            return text.isEmpty() ? null : text;
        }
        parser.skipChildren();
        return null;
    }
}
