package io.probeguard.catalogue;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
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
        Predicate<CatalogueEntry> isLeft = entry -> !others.disabled.contains(entry.id())
                && others.entry(entry.id()).isEmpty();
        Stream<String> stillDisabled =
                disabled.stream().filter(id -> others.entry(id).isEmpty());
        return new CatalogueChanges(
                Stream.concat(stillDisabled, others.disabled.stream())
                        .distinct()
                        .toList(),
                Stream.concat(entries.stream().filter(isLeft), others.entries.stream())
                        .toList());
    }

    Optional<CatalogueEntry> entry(String id) {
        return entries.stream().filter(entry -> entry.id().equals(id)).findFirst();
    }
}
