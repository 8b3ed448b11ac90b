package io.probeguard.catalogue;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An admin's changes to the catalogue that comes with this program.
 *
 * @param disabled ids of entries that are not to be used
 * @param entries new ones, and ones that replace those with the same id
 */
public record CatalogueChanges(List<String> disabled, List<CatalogueEntry> entries) {
    public static final CatalogueChanges NONE = new CatalogueChanges(null, null);

    public CatalogueChanges(@Nullable List<String> disabled, @Nullable List<CatalogueEntry> entries) {
        this.disabled = disabled == null ? List.of() : disabled;
        this.entries = entries == null ? List.of() : entries;
        if (this.disabled.stream().anyMatch(Objects::isNull)
                || this.entries.stream().anyMatch(Objects::isNull)) {
            throw new IllegalArgumentException("catalogue lists must not contain empty items");
        }
        Set<String> ids = new HashSet<>(this.disabled);
        for (CatalogueEntry entry : this.entries) {
            if (!ids.add(entry.id())) {
                throw new IllegalArgumentException("duplicate id \"" + entry.id() + "\"");
            }
        }
    }

    /** Whether it changes nothing. */
    public boolean isEmpty() {
        return disabled.isEmpty() && entries.isEmpty();
    }

    /** These changes, and then others, which prevail. */
    public CatalogueChanges then(CatalogueChanges others) {
        Set<String> replaced = others.entries.stream().map(CatalogueEntry::id).collect(Collectors.toSet());
        Set<String> gone = new HashSet<>(others.disabled);
        gone.addAll(replaced);
        Stream<String> stillDisabled = disabled.stream().filter(id -> !replaced.contains(id));
        Stream<CatalogueEntry> left = entries.stream().filter(entry -> !gone.contains(entry.id()));
        return new CatalogueChanges(
                Stream.concat(stillDisabled, others.disabled.stream())
                        .distinct()
                        .toList(),
                Stream.concat(left, others.entries.stream()).toList());
    }
}
