package io.probeguard.policy;

import io.probeguard.catalogue.CatalogueFile;
import io.probeguard.policy.Policy.Exemption;
import io.probeguard.probe.WorkloadKind;
import io.probeguard.text.Keyword;
import io.probeguard.text.SourceText;
import io.probeguard.text.Suggestions;
import io.probeguard.yaml.Document;
import io.probeguard.yaml.DocumentException;
import io.probeguard.yaml.Documents;
import io.probeguard.yaml.StrictMapper;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonPointer;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.deser.DeserializationProblemHandler;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads a policy from YAML. An unknown or duplicate key is an error: a policy of which a part is ignored must not be
 * accepted.
 */
public final class PolicyFile {
    private static final JsonMapper MAPPER =
            StrictMapper.MAPPER.rebuild().addHandler(new UnquotedOff()).build();

    private PolicyFile() {}

    /** To YAML 1.1 an unquoted {@code off} is false. */
    private static final class UnquotedOff extends DeserializationProblemHandler {
        @Override
        public @Nullable Object handleUnexpectedToken(
                DeserializationContext context, JavaType type, JsonToken token, JsonParser parser, String message) {
            if (token == JsonToken.VALUE_FALSE && type.isEnumType()) {
                for (Object constant : type.getRawClass().getEnumConstants()) {
                    if (constant instanceof Keyword keyword && keyword.word().equals("off")) {
                        return constant;
                    }
                }
            }
            return NOT_HANDLED;
        }
    }

    /** @throws DocumentException if the text is not a policy, with the line and what is supported */
    public static Policy read(SourceText text) {
        return read(text, doubt -> {});
    }

    /**
     * Reads a policy.
     *
     * @param doubts takes what is probably a mistake, but may be intended
     * @throws DocumentException if the text is not a policy, with the line and what is supported
     */
    public static Policy read(SourceText text, Consumer<DocumentException> doubts) {
        if (Documents.parse(text).isEmpty()) {
            return Policy.DEFAULT;
        }
        Document document = Documents.parseOne(text);
        document.duplicateKeys(JsonPointer.empty()).stream().findFirst().ifPresent(error -> {
            throw error;
        });
        Policy policy = document.read(MAPPER, JsonPointer.empty(), Policy.class);
        CatalogueFile.check(policy.catalogue(), document, JsonPointer.valueOf("/catalogue"));
        doubtfulKinds(policy.exemptions(), document, doubts);
        return policy;
    }

    /** Custom resources create pods too, and their kinds are not known: one that looks like a typo may be right. */
    private static void doubtfulKinds(
            List<Exemption> exemptions, Document document, Consumer<DocumentException> doubts) {
        List<String> known = WorkloadKind.names();
        for (int i = 0; i < exemptions.size(); i++) {
            String kind = exemptions.get(i).kind();
            List<String> near = kind == null || known.contains(kind) ? List.of() : Suggestions.to(kind, known);
            if (!near.isEmpty()) {
                doubts.accept(document.error(
                        JsonPointer.valueOf("/exemptions/" + i + "/kind"),
                        "exemptions[" + i + "].kind: \"" + kind + "\" is not a Kubernetes workload kind (did you mean "
                                + String.join(", ", near)
                                + "?); it exempts only what a controller of that kind created"));
            }
        }
    }
}
