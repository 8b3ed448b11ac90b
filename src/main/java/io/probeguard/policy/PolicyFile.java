package io.probeguard.policy;

import com.fasterxml.jackson.annotation.Nulls;
import io.probeguard.catalogue.Catalogue;
import io.probeguard.catalogue.CatalogueChanges;
import io.probeguard.policy.Policy.Exemption;
import io.probeguard.probe.WorkloadKind;
import io.probeguard.text.Keyword;
import io.probeguard.text.SourceText;
import io.probeguard.text.Suggestions;
import io.probeguard.yaml.Document;
import io.probeguard.yaml.DocumentException;
import io.probeguard.yaml.Documents;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonPointer;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.deser.DeserializationProblemHandler;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.type.LogicalType;

/**
 * Reads a policy from YAML. An unknown or duplicate key is an error: a policy of which a part is ignored must not be
 * accepted.
 */
public final class PolicyFile {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .enable(EnumFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
            // A key without a value, as in "mode:", has its default.
            .changeDefaultNullHandling(nulls -> nulls.withValueNulls(Nulls.SKIP))
            .addHandler(new UnquotedOff())
            // A version 1.10 without quotes is a number to YAML, and the same as 1.1.
            .withCoercionConfig(
                    LogicalType.Textual, config -> config.setCoercion(CoercionInputShape.Float, CoercionAction.Fail))
            .build();

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
        if (!policy.catalogue().isEmpty()) {
            check(policy.catalogue(), document);
        }
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

    private static void check(CatalogueChanges changes, Document document) {
        Catalogue builtIn = Catalogue.builtIn();
        for (int i = 0; i < changes.disabled().size(); i++) {
            String id = changes.disabled().get(i);
            if (builtIn.byId(id).isEmpty()) {
                throw document.error(JsonPointer.valueOf("/catalogue/disabled/" + i), builtIn.unknown(id));
            }
        }
        for (int i = 0; i < changes.entries().size(); i++) {
            JsonPointer place = JsonPointer.valueOf("/catalogue/entries/" + i + "/id");
            builtIn.notProbeBug(changes.entries().get(i).id()).ifPresent(known -> {
                throw document.error(place, known.id() + " is listed as not a probe bug: " + known.why());
            });
        }
    }
}
