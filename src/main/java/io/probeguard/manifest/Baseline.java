package io.probeguard.manifest;

import io.probeguard.catalogue.CatalogueEntry;
import io.probeguard.manifest.ManifestReview.Reviewed;
import io.probeguard.policy.Finding;
import io.probeguard.policy.Steering;
import io.probeguard.probe.Handler;
import io.probeguard.probe.Workload;
import io.probeguard.text.SourceText;
import io.probeguard.text.Wording;
import io.probeguard.yaml.Document;
import io.probeguard.yaml.DocumentException;
import io.probeguard.yaml.Documents;
import io.probeguard.yaml.StrictMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonPointer;

/**
 * Findings that are known, so that only others count: what an old code base starts from.
 * src/site/markdown/review-in-ci.md documents the file.
 */
public final class Baseline {
    private static final int SCHEMA_VERSION = 1;
    private static final String STANDARD_INPUT = "-";

    private final Path file;
    private final Set<Entry> entries;

    /** The file as JSON. */
    public record Content(int schemaVersion, List<Entry> findings) {
        public Content {
            if (schemaVersion != SCHEMA_VERSION) {
                throw new IllegalArgumentException(
                        "schemaVersion must be " + SCHEMA_VERSION + ", not " + schemaVersion);
            }
            findings = List.copyOf(required(findings, "findings"));
        }
    }

    /**
     * What tells one finding from another, wherever in the file it stands and whatever the policy does about it.
     *
     * @param file relative to the baseline's folder, with slashes; {@code -} for standard input
     * @param namespace null where the manifest has none
     * @param container null, like its handler, where pods are steered away from nodes
     * @param build the catalogue id of the worst build; null where an admin named none
     */
    public record Entry(
            String file,
            String kind,
            @Nullable String namespace,
            String name,
            @Nullable String container,
            @Nullable Handler handler,
            @Nullable String build)
            implements Comparable<Entry> {
        private static final Comparator<Entry> ORDER = Comparator.comparing(Entry::file)
                .thenComparing(Entry::kind)
                .thenComparing(Entry::namespace, absentFirst())
                .thenComparing(Entry::name)
                .thenComparing(Entry::container, absentFirst())
                .thenComparing(Entry::handler, absentFirst())
                .thenComparing(Entry::build, absentFirst());

        public Entry {
            required(file, "file");
            required(kind, "kind");
            required(name, "name");
        }

        private static <T extends Comparable<T>> Comparator<@Nullable T> absentFirst() {
            return Comparator.nullsFirst(Comparator.naturalOrder());
        }

        @Override
        public int compareTo(Entry other) {
            return ORDER.compare(this, other);
        }

        /** For a person: {@code deploy/web.yaml: Deployment shop/web, container app, liveness (runc-1.0)}. */
        public String summary() {
            return Wording.clean(file + ": " + kind + " " + (namespace == null ? "" : namespace + "/") + name
                    + (container == null ? ", steered" : ", container " + container)
                    + (handler == null ? "" : ", " + handler)
                    + (build == null ? "" : " (" + build + ")"));
        }
    }

    private Baseline(Path file, Collection<Entry> entries) {
        this.file = file;
        this.entries = new TreeSet<>(entries);
    }

    private static <T> T required(@Nullable T value, String field) {
        if (value == null) {
            throw new IllegalArgumentException(field + " is required");
        }
        return value;
    }

    /** @throws DocumentException if the text is not a baseline, with the line, the path and what is expected */
    public static Baseline read(SourceText text, Path file) {
        Document document = Documents.parseOne(text);
        return new Baseline(
                file,
                document.read(StrictMapper.MAPPER, JsonPointer.empty(), Content.class)
                        .findings());
    }

    /** Everything that a review has to complain about. */
    public static Baseline of(ManifestReview review, Path file) {
        Baseline none = new Baseline(file, List.of());
        return new Baseline(file, none.found(review).toList());
    }

    public Path file() {
        return file;
    }

    public Content content() {
        return new Content(SCHEMA_VERSION, List.copyOf(entries));
    }

    /** The same without what is known. */
    Reviewed withoutKnown(Reviewed reviewed) {
        List<Finding> unknown = reviewed.review().findings().stream()
                .filter(finding -> !contains(reviewed, finding))
                .toList();
        Steering steering = reviewed.review().steering();
        return reviewed.with(
                unknown, steering != null && entries.contains(entry(reviewed, steering)) ? null : steering);
    }

    /** Whether a finding that the policy acts on is known. */
    boolean contains(Reviewed reviewed, Finding finding) {
        return finding.action().isActed() && entries.contains(entry(reviewed, finding));
    }

    /**
     * What is known and not found any more, in files that were read to their end or that are gone; nothing is said about
     * files that were not given.
     */
    List<Entry> stale(ManifestReview review) {
        Set<Entry> found = found(review).collect(Collectors.toSet());
        Set<String> read = review.filesRead().stream().map(this::relative).collect(Collectors.toSet());
        return entries.stream()
                .filter(entry -> !found.contains(entry))
                .filter(entry -> read.contains(entry.file) || isGone(entry.file))
                .toList();
    }

    private boolean isGone(String name) {
        return !name.equals(STANDARD_INPUT) && !Files.exists(folder().resolve(name));
    }

    private Stream<Entry> found(ManifestReview review) {
        return review.reviewed().stream().flatMap(reviewed -> {
            Stream<Entry> acted = reviewed.review().acted().stream().map(finding -> entry(reviewed, finding));
            Steering steering = reviewed.review().steering();
            return steering == null ? acted : Stream.concat(acted, Stream.of(entry(reviewed, steering)));
        });
    }

    private Entry entry(Reviewed reviewed, Finding finding) {
        String build =
                finding.builds().stream().map(CatalogueEntry::id).findFirst().orElse(null);
        return entry(reviewed, finding.container(), finding.handler(), build);
    }

    private Entry entry(Reviewed reviewed, Steering steering) {
        return entry(reviewed, null, null, steering.builds().get(0));
    }

    private Entry entry(
            Reviewed reviewed, @Nullable String container, @Nullable Handler handler, @Nullable String build) {
        Workload workload = reviewed.review().workload();
        return new Entry(
                relative(reviewed.file()),
                workload.kindName(),
                workload.namespace(),
                workload.name(),
                container,
                handler,
                build);
    }

    /** However a file was named on the command line, and wherever the command runs. */
    private String relative(String name) {
        if (name.equals(STANDARD_INPUT)) {
            return name;
        }
        Path path = Path.of(name).toAbsolutePath().normalize();
        return folder().relativize(path).toString().replace(path.getFileSystem().getSeparator(), "/");
    }

    private Path folder() {
        return Objects.requireNonNull(file.toAbsolutePath().normalize().getParent(), "a file is in a folder");
    }
}
