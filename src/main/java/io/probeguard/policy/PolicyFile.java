package io.probeguard.policy;

import io.probeguard.catalogue.Catalogue;
import io.probeguard.catalogue.CatalogueChanges;
import io.probeguard.policy.Policy.Exemption;
import io.probeguard.probe.WorkloadKind;
import io.probeguard.text.SourceText;
import io.probeguard.text.Suggestions;
import io.probeguard.yaml.Document;
import io.probeguard.yaml.DocumentException;
import io.probeguard.yaml.Documents;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.type.LogicalType;

/**
 * Reads a policy from YAML. A key that is not known, or is there twice, is an error: what its author wrote must not pass
 * for a policy while part of it counts for nothing.
 */
public final class PolicyFile {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .enable(EnumFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
            // A version 1.10 without quotes is a number to YAML, and the same as 1.1.
            .withCoercionConfig(
                    LogicalType.Textual, config -> config.setCoercion(CoercionInputShape.Float, CoercionAction.Fail))
            .build();

    private PolicyFile() {}

    /** @throws DocumentException where the text is no policy, naming the line and what is allowed */
    public static Policy read(SourceText text) {
        return read(text, doubt -> {});
    }

    /**
     * Reads a policy of which all is used.
     *
     * @param doubts takes what may be a mistake, and may be meant
     * @throws DocumentException where the text is no policy, naming the line and what is allowed
     */
    public static Policy read(SourceText text, Consumer<DocumentException> doubts) {
        if (Documents.parse(text).isEmpty()) {
            return Policy.DEFAULT;
        }
        Document document = Documents.parseOne(text);
        document.checkKeys();
        Policy policy = document.read(MAPPER, JsonPointer.empty(), Policy.class);
        if (!policy.catalogue().isEmpty()) {
            check(policy.catalogue(), document);
        }
        doubtfulKinds(policy.exemptions(), document, doubts);
        return policy;
    }

    /** Pods are also made by custom resources, whose kinds nobody can know: one that looks like a slip may be right. */
    private static void doubtfulKinds(
            List<Exemption> exemptions, Document document, Consumer<DocumentException> doubts) {
        List<String> known = WorkloadKind.names();
        for (int i = 0; i < exemptions.size(); i++) {
            String kind = exemptions.get(i).kind();
            List<String> near = kind == null || known.contains(kind) ? List.of() : Suggestions.to(kind, known);
            if (!near.isEmpty()) {
                doubts.accept(document.error(
                        JsonPointer.valueOf("/exemptions/" + i + "/kind"),
                        "exemptions[" + i + "].kind is \"" + kind + "\", which is none of Kubernetes; near it: "
                                + String.join(", ", near) + "; it exempts only what a controller of that kind made"));
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
                throw document.error(place, known.id() + " is kept as no probe bug: " + known.why());
            });
        }
    }
}
