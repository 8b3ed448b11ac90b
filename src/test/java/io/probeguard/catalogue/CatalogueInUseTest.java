package io.probeguard.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import io.probeguard.text.SourceText;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CatalogueInUseTest {
    private static final String BUILT_IN = "docker-el7-1.13.1-84";

    private static CatalogueChanges changes(String yaml) {
        return CatalogueFile.read(new SourceText("catalogue.yaml", yaml));
    }

    private static String entry(String id, String summary) {
        return "{id: " + id + ", component: runc, summary: " + summary
                + ", effect: always-fails, flags: true, confidence: high, failedExec: counted, timingHelps: false, fixed: runc 9.9.9,"
                + " affected: [{by: rpm, name: runc, versions: 9.9.8}], sources: [https://example.com]}";
    }

    @ParameterizedTest(name = "{0}, then {1}")
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "{};                  {};                  Every exec",
                "{};                  {entries: [THEIRS]}; theirs",
                "{entries: [OWN]};    {entries: [THEIRS]}; own",
                "{entries: [OWN]};    {disabled: [ID]};    own",
                "{disabled: [ID]};    {entries: [THEIRS]}; none",
                "{};                  {disabled: [ID]};    none",
            })
    void itsOwnChangesPrevailOverThoseThatFollow(String own, String others, String summary) {
        CatalogueInUse inUse = new CatalogueInUse(changes(expanded(own)));
        inUse.change(changes(expanded(others)));
        assertThat(inUse.get().byId(BUILT_IN).map(CatalogueEntry::summary).orElse("none"))
                .startsWith(summary);
    }

    private static String expanded(String yaml) {
        return yaml.replace("OWN", entry(BUILT_IN, "own"))
                .replace("THEIRS", entry(BUILT_IN, "theirs"))
                .replace("ID", BUILT_IN);
    }

    @Test
    void onlyWhatChangesItIsTold() {
        CatalogueInUse inUse = new CatalogueInUse(CatalogueChanges.NONE);
        List<Integer> told = new ArrayList<>();
        inUse.onChange(() -> told.add(inUse.get().entries().size()));
        int builtIn = inUse.get().entries().size();
        inUse.change(CatalogueChanges.NONE);
        inUse.change(changes("{entries: [" + entry("mine", "x") + "]}"));
        inUse.change(changes("{entries: [" + entry("mine", "x") + "]}"));
        inUse.change(changes("{entries: [" + entry("mine", "other") + "]}"));
        inUse.change(CatalogueChanges.NONE);
        assertThat(told).containsExactly(builtIn + 1, builtIn + 1, builtIn);
    }
}
