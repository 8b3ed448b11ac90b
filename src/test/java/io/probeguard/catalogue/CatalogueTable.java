package io.probeguard.catalogue;

import io.probeguard.output.CatalogueText;
import java.util.List;
import java.util.stream.Collectors;

/** The catalogue as its page has it. */
public final class CatalogueTable {
    private CatalogueTable() {}

    public static String of(Catalogue catalogue) {
        StringBuilder table = new StringBuilder("""
                | entry | what goes wrong | builds | exec | breaks | flags | timing | fixed, and what to do | confidence |
                |---|---|---|---|---|---|---|---|---|
                """);
        catalogue.entries().forEach(entry -> table.append(row(entry)));
        table.append("""

                | no bug of probes | what goes wrong | why |
                |---|---|---|
                """);
        catalogue.notProbeBugs().forEach(known -> table.append(row(known)));
        return table.toString();
    }

    private static String row(CatalogueEntry entry) {
        return row(
                named(entry.id(), entry.sources()),
                entry.summary(),
                entry.affected().stream().map(CatalogueText::build).collect(Collectors.joining("<br>")),
                entry.effect().phrase(),
                entry.breaks().phrase() + (entry.dependsOnImage() ? ", for some images or pods" : ""),
                entry.flags() ? "yes" : "",
                entry.timingHelps() ? "helps" : "",
                (entry.fixed() == null ? "" : entry.fixed() + ": ") + entry.remedy(),
                switch (entry.confidence()) {
                    case HIGH -> "high";
                    case MEDIUM -> "medium";
                });
    }

    private static String row(NotAProbeBug known) {
        return row(named(known.id(), known.sources()), known.summary(), known.why());
    }

    private static String named(String id, List<String> sources) {
        return "[" + id + "](" + sources.get(0) + ")";
    }

    /** A bar would end its cell, and two tildes would strike text out. */
    private static String row(String... cells) {
        return List.of(cells).stream()
                .map(cell -> cell.replace("|", "\\|").replace("~", "\\~"))
                .collect(Collectors.joining(" | ", "| ", " |\n"));
    }
}
