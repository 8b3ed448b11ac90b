package io.probeguard.runtime;

import io.probeguard.runtime.CatalogueEntry.FailedExec;
import io.probeguard.runtime.CatalogueEntry.TimedOutExec;
import io.probeguard.yaml.Document;
import io.probeguard.yaml.Documents;
import io.probeguard.yaml.Text;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;

/** All that is known of broken builds; the data is {@code catalogue.yaml}. */
public record Catalogue(List<CatalogueEntry> entries) {

    /** What the kubelet makes of an exec that goes wrong on some node. */
    public record ExecSemantics(FailedExec failed, TimedOutExec timedOut) {
        /** A kubelet of 1.20 or later over the dockershim or cri-dockerd. */
        public static final ExecSemantics DEFAULT = new ExecSemantics(FailedExec.COUNTED, TimedOutExec.COUNTED);
    }

    /**
     * An entry that a node's runtime matches.
     *
     * @param revised the runtime's version has a revision of its own, which may or may not hold the fix
     */
    public record Match(CatalogueEntry entry, Affected affected, boolean revised) {
        /** Whether the match is sure, rather than a suspicion. */
        public boolean isSure() {
            return affected.settledBy() == null && !revised;
        }
    }

    private record Content(List<CatalogueEntry> entries) {}

    public Catalogue {
        Set<String> ids = new HashSet<>();
        for (CatalogueEntry entry : entries) {
            if (!ids.add(entry.id())) {
                throw new IllegalArgumentException("two entries have the id " + entry.id());
            }
        }
        entries = List.copyOf(entries);
    }

    /** The catalogue that comes with this program. */
    public static Catalogue builtIn() {
        try (InputStream in = Catalogue.class.getResourceAsStream("catalogue.yaml")) {
            return read(new Text("catalogue.yaml", new String(in.readAllBytes(), StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Catalogue read(Text text) {
        Document document = Documents.parseOne(text);
        JsonMapper mapper = JsonMapper.builder()
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(EnumFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
                .build();
        return new Catalogue(
                document.read(mapper, JsonPointer.empty(), Content.class).entries());
    }

    public Optional<CatalogueEntry> byId(String id) {
        return entries.stream().filter(entry -> entry.id().equals(id)).findFirst();
    }

    /** The flagging entries that an installed package is affected by. */
    public List<CatalogueEntry> flagging(PackageVersion installed) {
        return entries.stream()
                .filter(CatalogueEntry::flags)
                .filter(entry -> entry.affected().stream().anyMatch(affected -> affected.matches(installed)))
                .toList();
    }

    /** Whether any entry is about a package of this name. */
    public boolean knowsPackage(String name) {
        return entries.stream()
                .flatMap(entry -> entry.affected().stream())
                .anyMatch(affected -> affected.by() != Affected.By.NODE_INFO
                        && affected.name().equals(name));
    }

    /** The names of the RPM or Debian packages that any entry is about, in order. */
    public Set<String> packageNames(Affected.By by) {
        return entries.stream()
                .flatMap(entry -> entry.affected().stream())
                .filter(affected -> affected.by() == by)
                .map(Affected::name)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The flagging entries that nodeInfo points to. */
    public List<Match> flagging(NodeInfo info) {
        List<Match> matches = new ArrayList<>();
        for (CatalogueEntry entry : entries) {
            if (entry.flags()) {
                entry.affected().stream()
                        .filter(affected -> affected.matches(info))
                        .findFirst()
                        .ifPresent(affected -> matches.add(
                                new Match(entry, affected, info.runtime().isRevised())));
            }
        }
        return matches;
    }

    /** What the kubelet makes of a faulty exec, from the entries that are true of whole runtimes and kubelets. */
    public ExecSemantics semantics(NodeInfo info) {
        FailedExec failed = ExecSemantics.DEFAULT.failed();
        TimedOutExec timedOut = ExecSemantics.DEFAULT.timedOut();
        for (CatalogueEntry entry : entries) {
            if (!entry.flags() && entry.affected().stream().anyMatch(affected -> affected.matches(info))) {
                failed = entry.failedExec() == null ? failed : entry.failedExec();
                timedOut = entry.timedOutExec() == null ? timedOut : entry.timedOutExec();
            }
        }
        return new ExecSemantics(failed, timedOut);
    }
}
