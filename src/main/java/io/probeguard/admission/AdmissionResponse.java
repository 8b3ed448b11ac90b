package io.probeguard.admission;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.probeguard.policy.Messages;
import io.probeguard.text.Wording;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/**
 * An answer to the API server; null and empty fields are omitted.
 *
 * @param patch JSON Patch in base64; present if and only if {@code patchType} is
 */
record AdmissionResponse(
        String uid,
        boolean allowed,
        @Nullable Status status,
        @Nullable String patchType,
        @Nullable String patch,
        @Nullable List<String> warnings,
        @Nullable Map<String, String> auditAnnotations) {

    private static final ObjectWriter WRITER = JsonMapper.builder()
            .changeDefaultPropertyInclusion(inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_EMPTY))
            .build()
            .writerFor(Review.class);

    record Status(int code, String reason, String message) {}

    record Review(String apiVersion, String kind, AdmissionResponse response) {}

    static AdmissionResponse allowed(String uid) {
        return new AdmissionResponse(uid, true, null, null, null, null, null);
    }

    /**
     * Allowed with warnings, which go to the audit log if the API server does not support them.
     *
     * @param texts the warnings, of which the API server would cut those that are too long
     */
    static AdmissionResponse allowed(AdmissionRequest request, List<String> texts, Map<String, String> audit) {
        List<String> warnings = texts.stream()
                .map(text -> Wording.truncate(text, Messages.MAX_LENGTH))
                .toList();
        if (request.knowsWarnings() || warnings.isEmpty()) {
            return new AdmissionResponse(request.uid(), true, null, null, null, warnings, audit);
        }
        Map<String, String> annotations = new LinkedHashMap<>(audit);
        annotations.put("warnings", String.join(" | ", warnings));
        return new AdmissionResponse(request.uid(), true, null, null, null, null, annotations);
    }

    /** The body of the answer to a review of that version. */
    byte[] toJson(String apiVersion) {
        return WRITER.writeValueAsBytes(new Review(apiVersion, "AdmissionReview", this));
    }
}
