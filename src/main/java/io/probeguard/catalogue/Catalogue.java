package io.probeguard.catalogue;

import io.probeguard.catalogue.Aliases.Shipped;
import io.probeguard.catalogue.NodeInfo.ContainerRuntime;
import io.probeguard.text.SourceText;
import io.probeguard.text.Suggestions;
import io.probeguard.text.Wording;
import io.probeguard.yaml.Document;
import io.probeguard.yaml.Documents;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
 * @param messages what such an Event says besides where the runtime is not at fault
 * @param disabled ids that an admin switched off
 */
public record Catalogue(
        List<CatalogueEntry> entries,
        List<NotAProbeBug> notProbeBugs,
        List<Symptom> symptoms,
        ExecMessages messages,
        List<String> disabled) {
    /** In code points; kubelets say first what went wrong, and last what a command wrote. */
    private static final int MAX_MESSAGE = 2048;

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

    /**
     * Entries that match what is known only by what it comes with.
     *
     * @param how a sentence: {@code k3s v1.34.3+k3s1 ships runc 1.4.0}
     */
    public record Implied(PackageVersion component, List<Match> matches, String how) {
        /** Whether any of the matches is sure. */
        public boolean isSure() {
            return matches.stream().anyMatch(Match::isSure);
        }

        /** Whether a package is of the same component, and so says more. */
        public boolean isAbout(PackageVersion installed) {
            return Aliases.BUILT_IN.component(installed.name()).equals(component.name());
        }
    }

    public Catalogue(
            @Nullable List<CatalogueEntry> entries,
            @Nullable List<NotAProbeBug> notProbeBugs,
            @Nullable List<Symptom> symptoms,
            @Nullable ExecMessages messages,
            @Nullable List<String> disabled) {
        this.entries = entries == null ? List.of() : List.copyOf(entries);
        this.notProbeBugs = notProbeBugs == null ? List.of() : List.copyOf(notProbeBugs);
        this.symptoms = symptoms == null ? List.of() : List.copyOf(symptoms);
        this.messages = messages == null ? new ExecMessages(null, null, null, null) : messages;
        this.disabled = disabled == null ? List.of() : List.copyOf(disabled);
        Set<String> ids = new HashSet<>();
        this.notProbeBugs.forEach(known -> ids.add(known.id()));
        for (CatalogueEntry entry : this.entries) {
            if (!ids.add(entry.id())) {
                throw new IllegalArgumentException("duplicate id \"" + entry.id() + "\"");
            }
        }
    }

    /** The catalogue that comes with this program; it is read once. */
    public static Catalogue builtIn() {
        return BuiltIn.CATALOGUE;
    }

    private static final class BuiltIn {
        static final Catalogue CATALOGUE = read();
    }

    private static Catalogue read() {
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
        Map<String, CatalogueEntry> changed = new LinkedHashMap<>(); // what replaces an entry takes its place
        entries.forEach(entry -> changed.put(entry.id(), entry));
        changes.disabled().forEach(changed::remove);
        changes.entries().forEach(entry -> changed.put(entry.id(), entry));
        return new Catalogue(List.copyOf(changed.values()), notProbeBugs, symptoms, messages, changes.disabled());
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

    /**
     * What an Event of a kubelet says about exec: that it fails as it does on a broken runtime. Nothing where it says that
     * the application is at fault, that the container has ended, or that time was up, or where a command may have printed
     * it, as far as that can be told.
     *
     * @param runtimeVersion as in nodeInfo of the kubelet's node; empty where unknown
     */
    public Optional<ObservedSymptom> symptom(String eventMessage, String runtimeVersion) {
        // Anybody may write an Event of a megabyte, for which some patterns would take minutes.
        String beginning = Wording.truncate(eventMessage, MAX_MESSAGE);
        return ExecMessages.isOfRuntime(beginning, runtimeVersion)
                ? signature(beginning)
                        .or(() -> generalSymptom(beginning).map(symptom -> new ObservedSymptom(symptom, null)))
                : Optional.empty();
    }

    private Optional<ObservedSymptom> signature(String beginning) {
        return entries.stream()
                .flatMap(entry -> entry.symptoms().stream()
                        .filter(beginning::contains)
                        .limit(1)
                        .map(text -> new ObservedSymptom(
                                new Symptom(text, "as on nodes with " + entry.id(), entry.effect()), entry)))
                .findFirst();
    }

    private Optional<Symptom> generalSymptom(String beginning) {
        return messages.mayBlameRuntime(beginning)
                ? symptoms.stream()
                        .filter(symptom -> beginning.contains(symptom.text()))
                        .findFirst()
                : Optional.empty();
    }

    /** The flagging entries that affect an installed package, on an unknown node, with the remedy for that package. */
    public List<CatalogueEntry> flagging(PackageVersion installed) {
        Remedies remedies = new Remedies(this);
        return entries.stream()
                .filter(entry -> entry.isFlaggedBy(installed))
                .map(entry -> remedies.forPackage(entry, installed))
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

    /** The flagging entries that affect an installed package on such a node, each once, with the remedy for that package. */
    public List<Match> flagging(PackageVersion installed, NodeInfo info) {
        return with(
                matching(installed, info, CatalogueEntry::flags),
                entry -> new Remedies(this).forPackage(entry, installed));
    }

    /** The flagging entries that nodeInfo points to, each once, with the remedy for its runtime. */
    public List<Match> flagging(NodeInfo info) {
        return with(matching(info, CatalogueEntry::flags), entry -> new Remedies(this).forNode(entry, info));
    }

    /** A package for a person, with the component that it is one of where its name does not say that. */
    public String named(PackageVersion installed) {
        String component = Aliases.BUILT_IN.component(installed.name());
        return installed + (installed.name().startsWith(component) ? "" : " (" + component + ")");
    }

    /** What comes with an installed package and is flagged on such a node. */
    public List<Implied> bundled(PackageVersion installed, NodeInfo info) {
        return Aliases.BUILT_IN.bundledWith(installed).stream()
                .flatMap(shipped -> implied(shipped, info))
                .toList();
    }

    /** What comes with a node's distribution and is flagged there. */
    public List<Implied> shipped(NodeInfo info, Map<String, String> labels) {
        return Aliases.BUILT_IN.shippedWith(info, labels).stream()
                .flatMap(shipped -> implied(shipped, info))
                .toList();
    }

    private Stream<Implied> implied(Shipped shipped, NodeInfo info) {
        List<Match> matches = with(
                matching(shipped.component(), info, CatalogueEntry::flags),
                entry -> new Remedies(this).forShipped(entry, shipped));
        return matches.isEmpty() ? Stream.empty() : Stream.of(new Implied(shipped.component(), matches, shipped.how()));
    }

    private static List<Match> with(List<Match> matches, UnaryOperator<CatalogueEntry> remedy) {
        return matches.stream()
                .map(match -> new Match(remedy.apply(match.entry()), match.affected(), match.revised()))
                .toList();
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

    /** Whether any entry is about a package of this name, or of what is installed under this name. */
    public boolean knowsPackage(String packageName) {
        String name = Aliases.BUILT_IN.component(packageName);
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
                .flatMap(name -> Stream.concat(Stream.of(name), Aliases.BUILT_IN.names(name, by)))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
