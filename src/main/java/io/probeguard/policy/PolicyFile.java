package io.probeguard.policy;

import io.probeguard.runtime.Catalogue;
import io.probeguard.runtime.CatalogueChanges;
import io.probeguard.yaml.Document;
import io.probeguard.yaml.DocumentException;
import io.probeguard.yaml.Documents;
import io.probeguard.yaml.Text;
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
    public static Policy read(Text text) {
        if (Documents.parse(text).isEmpty()) {
            return Policy.DEFAULT;
        }
        Document document = Documents.parseOne(text);
        document.checkKeys();
        Policy policy = document.read(MAPPER, JsonPointer.empty(), Policy.class);
        if (!policy.catalogue().isEmpty()) {
            check(policy.catalogue(), document);
        }
        return policy;
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
