package io.probeguard.catalogue;

import io.probeguard.catalogue.NodeInfo.ContainerRuntime;
import io.probeguard.text.SourceText;
import io.probeguard.text.Suggestions;
import io.probeguard.yaml.Document;
import io.probeguard.yaml.Documents;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What is known about broken builds; the data is {@code catalogue.yaml}.
 *
 * @param entries what breaks exec, or shapes what a broken exec leads to
 * @param notProbeBugs what looks like it and does not
 * @param symptoms what Events say about failing exec whatever the build
 * @param applicationFaults what such an Event says besides where the image or the command is at fault
 * @param disabled ids that an admin switched off
 */
public record Catalogue(
        List<CatalogueEntry> entries,
        List<NotAProbeBug> notProbeBugs,
        List<Symptom> symptoms,
        List<String> applicationFaults,
        List<String> disabled) {

    /**
     * An entry that what is known of a node matches.
     *
     * @param revised the runtime's version has a revision of its own, which may or may not hold the fix
     */
    public record Match(CatalogueEntry entry, AffectedVersion affected, boolean revised) {
        /** Whether the match is sure, rather than a suspicion. */
        public boolean isSure() {
            return affected.settledBy() == null && !revised;
        }
    }

    public Catalogue(
            @Nullable List<CatalogueEntry> entries,
            @Nullable List<NotAProbeBug> notProbeBugs,
            @Nullable List<Symptom> symptoms,
            @Nullable List<String> applicationFaults,
            @Nullable List<String> disabled) {
        this.entries = entries == null ? List.of() : List.copyOf(entries);
        this.notProbeBugs = notProbeBugs == null ? List.of() : List.copyOf(notProbeBugs);
        this.symptoms = symptoms == null ? List.of() : List.copyOf(symptoms);
        this.applicationFaults = applicationFaults == null ? List.of() : List.copyOf(applicationFaults);
        this.disabled = disabled == null ? List.of() : List.copyOf(disabled);
        Set<String> ids = new HashSet<>();
        this.notProbeBugs.forEach(known -> ids.add(known.id()));
        for (CatalogueEntry entry : this.entries) {
            if (!ids.add(entry.id())) {
                throw new IllegalArgumentException("duplicate id \"" + entry.id() + "\"");
            }
        }
    }

    /** The catalogue that comes with this program. */
    public static Catalogue builtIn() {
        try (InputStream in = Catalogue.class.getResourceAsStream("catalogue.yaml")) {
            return read(new SourceText("catalogue.yaml", new String(in.readAllBytes(), StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Catalogue read(SourceText text) {
        Document document = Documents.parseOne(text);
        JsonMapper mapper = JsonMapper.builder()
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(EnumFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
                .build();
        return document.read(mapper, JsonPointer.empty(), Catalogue.class);
    }

    /** This catalogue as an admin wants it. */
    public Catalogue with(CatalogueChanges changes) {
        List<CatalogueEntry> changed = new ArrayList<>();
        Set<String> dropped = new HashSet<>(changes.disabled());
        for (CatalogueEntry entry : entries) {
            if (!dropped.contains(entry.id())) {
                changed.add(changes.entry(entry.id()).orElse(entry));
            }
        }
        changes.entries().stream().filter(Predicate.not(changed::contains)).forEach(changed::add);
        return new Catalogue(changed, notProbeBugs, symptoms, applicationFaults, changes.disabled());
    }

    public Optional<CatalogueEntry> byId(String id) {
        return entries.stream().filter(entry -> entry.id().equals(id)).findFirst();
    }

    /** The message about an id that is not in the catalogue, with the ids that may have been meant. */
    public String unknown(String id) {
        List<String> near = near(id);
        return "\"" + id + "\" is not in the catalogue"
                + (near.isEmpty() ? "" : " (did you mean " + String.join(", ", near) + "?)")
                + "; \"probe-guard catalogue\" lists all entries";
    }

    /** The ids that may have been meant, the nearest first. */
    public List<String> near(String id) {
        List<String> ids = new ArrayList<>();
        entries.forEach(entry -> ids.add(entry.id()));
        notProbeBugs.forEach(known -> ids.add(known.id()));
        return Suggestions.to(id, ids);
    }

    /** What is known not to break exec probes, by id. */
    public Optional<NotAProbeBug> notProbeBug(String id) {
        return notProbeBugs.stream().filter(known -> known.id().equals(id)).findFirst();
    }

    /** The entry whose signature an Event's message contains; general symptoms belong to none. */
    public Optional<CatalogueEntry> bySymptom(String eventMessage) {
        return entries.stream()
                .filter(entry -> entry.symptoms().stream().anyMatch(eventMessage::contains))
                .findFirst();
    }

    /**
     * The general symptom that an Event's message contains: exec failed, and it does not say through which build. None where
     * it says that the application is at fault.
     */
    public Optional<Symptom> generalSymptom(String eventMessage) {
        if (applicationFaults.stream().anyMatch(eventMessage::contains)) {
            return Optional.empty();
        }
        return symptoms.stream()
                .filter(symptom -> eventMessage.contains(symptom.text()))
                .findFirst();
    }

    /** The flagging entries that affect an installed package, on an unknown node. */
    public List<CatalogueEntry> flagging(PackageVersion installed) {
        return entries.stream()
                .filter(CatalogueEntry::flags)
                .filter(entry -> entry.affected().stream().anyMatch(affected -> affected.matches(installed)))
                .toList();
    }

    /** Packages that are known to break exec, of which this one's name and version are the beginning. */
    public List<PackageVersion> completed(PackageVersion installed) {
        return entries.stream()
                .filter(CatalogueEntry::flags)
                .flatMap(entry -> entry.affected().stream())
                .map(affected -> affected.completed(installed))
                .filter(Objects::nonNull)
                .distinct()
                .toList();
    }

    /** The flagging entries that affect an installed package on such a node, each once. */
    public List<Match> flagging(PackageVersion installed, NodeInfo info) {
        return matching(installed, info, CatalogueEntry::flags);
    }

    /** The flagging entries that nodeInfo points to, each once. */
    public List<Match> flagging(NodeInfo info) {
        return matching(info, CatalogueEntry::flags);
    }

    List<Match> matching(PackageVersion installed, NodeInfo info, Predicate<CatalogueEntry> among) {
        return matching(affected -> affected.matches(installed, info), null, among);
    }

    List<Match> matching(NodeInfo info, Predicate<CatalogueEntry> among) {
        ContainerRuntime runtime = info.runtime();
        return matching(affected -> affected.matches(runtime, info), runtime, among);
    }

    private List<Match> matching(
            Predicate<AffectedVersion> matches, @Nullable ContainerRuntime runtime, Predicate<CatalogueEntry> among) {
        List<Match> found = new ArrayList<>();
        for (CatalogueEntry entry : entries) {
            if (among.test(entry)) {
                entry.affected().stream()
                        .filter(matches)
                        .findFirst()
                        .ifPresent(affected -> found.add(new Match(entry, affected, affected.isBlindTo(runtime))));
            }
        }
        return found;
    }

    /** Whether any entry is about a package of this name. */
    public boolean knowsPackage(String name) {
        return entries.stream()
                .flatMap(entry -> entry.affected().stream())
                .anyMatch(
                        affected -> affected.by().isPackage() && affected.name().equals(name));
    }

    /** The names of the RPM or Debian packages that any entry is about, in order. */
    public Set<String> packageNames(AffectedVersion.By by) {
        return entries.stream()
                .flatMap(entry -> entry.affected().stream())
                .filter(affected -> affected.by() == by)
                .map(AffectedVersion::name)
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
