package io.probeguard.manifest;

import io.probeguard.policy.Action;
import io.probeguard.policy.Finding;
import io.probeguard.policy.Review;
import io.probeguard.policy.Steering;
import io.probeguard.probe.Manifest.Found;
import io.probeguard.text.SourceText;
import io.probeguard.text.Wording;
import io.probeguard.yaml.Document;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The review of many manifests, for an output format to print. */
public final class ManifestReview {
    private final List<Reviewed> reviewed = new ArrayList<>();
    private final List<NotJudged> unjudged = new ArrayList<>();
    private final List<NotJudged> notJudged = new ArrayList<>();
    private final List<InputError> errors = new ArrayList<>();
    private final Set<String> files = new LinkedHashSet<>();
    private @Nullable Baseline baseline;
    private int documents;
    private int workloads;
    private int execProbes;
    private int execHooks;
    private int templates;
    private int notKubernetes;

    /**
     * A workload that has exec probes or hooks, and the judgement on it.
     *
     * @param document 0-based place in the file
     * @param line of the workload, 1-based
     * @param lines of what is found, by its JSON pointer within the workload's object
     */
    public record Reviewed(
            SourceText text, int document, Found found, int line, Map<String, Integer> lines, Review review) {

        static Reviewed of(Document document, Found found, Review review) {
            Map<String, Integer> lines = new HashMap<>();
            for (Finding finding : review.findings()) {
                String pointer = finding.exec().pointer();
                lines.put(pointer, document.line(found.at(pointer)));
            }
            int line = document.line(found.pointer());
            return new Reviewed(document.text(), document.index(), found, line, lines, review);
        }

        public String file() {
            return text.name();
        }

        public int line(Finding finding) {
            return Objects.requireNonNull(lines.get(finding.exec().pointer()), "of this workload");
        }

        /** The same with fewer findings. */
        Reviewed with(List<Finding> findings, @Nullable Steering steering) {
            Review fewer = new Review(review.workload(), findings, steering, review.note());
            return new Reviewed(text, document, found, line, lines, fewer);
        }
    }

    /**
     * Input that could not be judged.
     *
     * @param document 0-based; null where a whole file could not be read, or a list of files names one that is not there
     * @param line 1-based; null where a whole file could not be read
     */
    public record InputError(
            String file,
            @Nullable Integer document,
            @Nullable Integer line,
            String message) {
        /** The message with its place in front, printable: {@code deploy.yaml:3: duplicate field ...}. */
        public String located() {
            return Wording.clean(file + (line == null ? "" : ":" + line) + ": " + message);
        }
    }

    /** Adds a file; those of a review are added in their order. */
    public void add(FileReview file) {
        files.add(file.file);
        reviewed.addAll(file.reviewed);
        unjudged.addAll(file.unjudged);
        notJudged.addAll(file.notJudged);
        errors.addAll(file.errors);
        documents += file.documents;
        workloads += file.workloads;
        execProbes += file.execProbes;
        execHooks += file.execHooks;
        templates += file.templates;
        notKubernetes += file.notKubernetes;
    }

    public void add(InputError error) {
        errors.add(error);
    }

    /** The workloads with exec probes or hooks, in the order of the input. */
    public List<Reviewed> reviewed() {
        return reviewed;
    }

    public List<InputError> errors() {
        return errors;
    }

    /** What is in none of the workloads: templates, and exec probes and hooks where no pod is. */
    public List<NotJudged> unjudged() {
        return unjudged;
    }

    /** All that was given and not judged or not acted on: {@link #unjudged}, and workloads that are left alone. */
    public List<NotJudged> notJudged() {
        return notJudged;
    }

    public Summary summary() {
        int findings = reviewed.stream()
                .mapToInt(each -> each.review.findings().size())
                .sum();
        return new Summary(
                documents,
                workloads,
                execProbes,
                execHooks,
                findings,
                errors.size(),
                templates + notKubernetes,
                notJudged.size());
    }

    /** How many documents are Helm templates that have not been rendered. */
    public int templates() {
        return templates;
    }

    /** How many documents are not Kubernetes objects. */
    public int notKubernetes() {
        return notKubernetes;
    }

    /** What is in a baseline does not count from now on. */
    public void compareWith(Baseline known) {
        baseline = known;
    }

    /** What this review is compared with; null if nothing. */
    public @Nullable Baseline baseline() {
        return baseline;
    }

    /** Whether a finding is in the baseline. */
    public boolean isKnown(Reviewed of, Finding finding) {
        return baseline != null && baseline.contains(of, finding);
    }

    /** The same without what is in the baseline. */
    public Reviewed withoutKnown(Reviewed each) {
        return baseline == null ? each : baseline.withoutKnown(each);
    }

    /** The workloads as they are to be dealt with: without what is in the baseline, and without those that it covers. */
    public List<Reviewed> remaining() {
        List<Reviewed> remaining = new ArrayList<>();
        for (Reviewed each : reviewed) {
            Reviewed rest = withoutKnown(each);
            boolean isCovered = rest.review.findings().isEmpty() && rest.review.steering() == null;
            if (!isCovered || rest.review.equals(each.review)) {
                remaining.add(rest);
            }
        }
        return remaining;
    }

    /** How many findings are in the baseline. */
    public int known() {
        return (int) reviewed.stream()
                .mapToLong(each -> each.review.findings().stream()
                        .filter(finding -> isKnown(each, finding))
                        .count())
                .sum();
    }

    /** What is in the baseline and has not been found, in files that were reviewed or are gone. */
    public List<Baseline.Entry> stale() {
        return baseline == null ? List.of() : baseline.stale(this);
    }

    /** The names of files that were read without any error. */
    Set<String> filesRead() {
        Set<String> read = new LinkedHashSet<>(files);
        errors.forEach(error -> read.remove(error.file()));
        return read;
    }

    /** How many findings lead to an action; those in the baseline do not count. */
    public long count(Action action) {
        return remaining().stream()
                .flatMap(each -> each.review.findings().stream())
                .filter(finding -> finding.action() == action)
                .count();
    }

    /** The most severe action of all findings that are not in the baseline. */
    public Action action() {
        return remaining().stream()
                .map(each -> each.review.action())
                .max(Comparator.naturalOrder())
                .orElse(Action.NONE);
    }

    /**
     * @param documents all, including those that are empty, skipped or not readable
     * @param workloads PodSpecs that objects embed
     * @param skipped documents that are Helm templates or not Kubernetes objects
     * @param notJudged how many {@link #notJudged()} has
     */
    public record Summary(
            int documents,
            int workloads,
            int execProbes,
            int execHooks,
            int findings,
            int errors,
            int skipped,
            int notJudged) {}
}
