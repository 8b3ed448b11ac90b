package io.probeguard.admission;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/**
 * An answer to the API server; what is null is left out.
 *
 * @param patch JSON Patch in base64; there if and only if {@code patchType} is
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
            .changeDefaultPropertyInclusion(inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_NULL))
            .build()
            .writerFor(Review.class);

    record Status(int code, String reason, String message) {}

    record Review(String apiVersion, String kind, AdmissionResponse response) {}

    static AdmissionResponse allowed(String uid) {
        return new AdmissionResponse(uid, true, null, null, null, null, null);
    }

    /** As the body of the answer to a review of the given version. */
    byte[] toJson(String apiVersion) {
        return WRITER.writeValueAsBytes(new Review(apiVersion, "AdmissionReview", this));
    }
}
