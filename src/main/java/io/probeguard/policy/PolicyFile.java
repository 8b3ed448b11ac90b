package io.probeguard.policy;

import io.probeguard.yaml.DocumentException;
import io.probeguard.yaml.Documents;
import io.probeguard.yaml.Text;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;

/** Reads a policy from YAML. A key that is not known is an error: a mistyped one must not pass for a policy. */
public final class PolicyFile {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .enable(EnumFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
            .build();

    private PolicyFile() {}

    /** @throws DocumentException where the text is no policy, naming the line and what is allowed */
    public static Policy read(Text text) {
        if (Documents.parse(text).isEmpty()) {
            return Policy.DEFAULT;
        }
        return Documents.parseOne(text).read(MAPPER, JsonPointer.empty(), Policy.class);
    }
}
