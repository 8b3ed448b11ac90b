package io.probeguard.catalogue;

import io.probeguard.text.SourceText;
import io.probeguard.yaml.Document;
import io.probeguard.yaml.DocumentException;
import io.probeguard.yaml.Documents;
import io.probeguard.yaml.StrictMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.JsonPointer;

/**
 * Changes to the catalogue in a file of their own. {@code catalogue.schema.json} tells editors what of the checks here a JSON
 * Schema can tell.
 */
public final class CatalogueFile {
    private CatalogueFile() {}

    /** @throws DocumentException if the text is not a list of changes, with the line and what is supported */
    public static CatalogueChanges read(SourceText text) {
        Document document = Documents.parseOne(text);
        document.duplicateKeys(JsonPointer.empty()).stream().findFirst().ifPresent(error -> {
            throw error;
        });
        CatalogueChanges changes = document.read(StrictMapper.MAPPER, JsonPointer.empty(), CatalogueChanges.class);
        check(changes, document, JsonPointer.empty());
        return changes;
    }

    /**
     * Checks changes against the built-in catalogue.
     *
     * @param place of the changes in the document
     * @throws DocumentException if they disable what is not there, or add what is known not to break exec probes
     */
    public static void check(CatalogueChanges changes, Document document, JsonPointer place) {
        if (changes.isEmpty()) {
            return; // the built-in catalogue need not be read
        }
        Catalogue builtIn = Catalogue.builtIn();
        for (int i = 0; i < changes.disabled().size(); i++) {
            String id = changes.disabled().get(i);
            if (builtIn.byId(id).isEmpty()) {
                throw document.error(place.append(JsonPointer.valueOf("/disabled/" + i)), builtIn.unknown(id));
            }
        }
        for (int i = 0; i < changes.entries().size(); i++) {
            JsonPointer id = place.append(JsonPointer.valueOf("/entries/" + i + "/id"));
            builtIn.notProbeBug(changes.entries().get(i).id()).ifPresent(known -> {
                throw document.error(id, known.id() + " is listed as not a probe bug: " + known.why());
            });
        }
    }

    /** The JSON Schema of such a file, as JSON. */
    public static String schema() {
        try (InputStream in = CatalogueFile.class.getResourceAsStream("catalogue.schema.json")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
