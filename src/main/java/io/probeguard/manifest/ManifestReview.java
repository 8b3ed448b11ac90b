package io.probeguard.manifest;

import io.probeguard.node.Fleet;
import io.probeguard.policy.Action;
import io.probeguard.policy.Finding;
import io.probeguard.policy.Guard;
import io.probeguard.policy.Policy;
import io.probeguard.policy.Review;
import io.probeguard.policy.Steering;
import io.probeguard.probe.Handler;
import io.probeguard.probe.Manifest;
import io.probeguard.probe.Manifest.Found;
import io.probeguard.probe.Workload.ExecHandler;
import io.probeguard.text.SourceText;
import io.probeguard.text.Wording;
import io.probeguard.yaml.Document;
import io.probeguard.yaml.DocumentException;
import io.probeguard.yaml.Documents;
import io.probeguard.yaml.Documents.Unreadable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The review of many manifests, for an output format to print. */
public final class ManifestReview {
    /**
     * An action of a Go template where it is not valid YAML: outside of strings and comments. ${{...}} is a parameter of an
     * OpenShift template, which needs no rendering.
     */
    private static final Pattern TEMPLATE = Pattern.compile("(?m)^[^#'\"\\n]*(?<!\\$)\\{\\{");

    private final Fleet fleet;
    private final Policy policy;
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

    public ManifestReview(Fleet fleet, Policy policy) {
        this.fleet = fleet;
        this.policy = policy;
    }

    /** A workload that has exec probes or hooks, and the judgement on it. */
    public record Reviewed(Document document, Found found, Review review) {
        public String file() {
            return document.text().name();
        }

        /** Of the workload. */
        public int line() {
            return document.line(found.pointer());
        }

        public int line(Finding finding) {
            return document.line(found.at(finding.exec().pointer()));
        }

        /** The same with fewer findings. */
        Reviewed with(List<Finding> findings, @Nullable Steering steering) {
            return new Reviewed(document, found, new Review(review.workload(), findings, steering, review.note()));
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

    /** Judges all workloads of a file. */
    public void add(SourceText text) {
        Documents parsed = Documents.parse(text);
        files.add(text.name());
        documents += parsed.documents().size() + parsed.unreadable().size();
        List<DocumentException> unreadable = new ArrayList<>();
        List<NotJudged> inNoWorkload = new ArrayList<>();
        List<NotJudged> leftAlone = new ArrayList<>();
        for (Document document : parsed.documents()) {
            Manifest manifest = Manifest.read(document);
            if (!manifest.isKubernetes() && !document.tree().isNull()) {
                notKubernetes++;
            }
            manifest.workloads().forEach(found -> add(document, found, leftAlone));
            manifest.unjudged().forEach(each -> inNoWorkload.add(NotJudged.of(document, each)));
            unreadable.addAll(manifest.errors());
        }
        for (Unreadable document : parsed.unreadable()) {
            Matcher template = TEMPLATE.matcher(document.content());
            if (template.find()) {
                templates++;
                int line = document.line()
                        + (int) document.content()
                                .substring(0, template.end())
                                .chars()
                                .filter(c -> c == '\n')
                                .count();
                inNoWorkload.add(
                        NotJudged.template(text.name(), document.error().document(), line));
            } else {
                unreadable.add(document.error());
            }
        }
        unreadable.sort(Comparator.comparing(DocumentException::document));
        unreadable.forEach(error -> errors.add(new InputError(
                error.file(),
                error.document(),
                error.line(),
                Objects.requireNonNull(error.getMessage(), "a document exception has a message"))));
        unjudged.addAll(sorted(inNoWorkload.stream()));
        notJudged.addAll(sorted(Stream.concat(inNoWorkload.stream(), leftAlone.stream())));
    }

    private static List<NotJudged> sorted(Stream<NotJudged> ofFile) {
        return ofFile.sorted(Comparator.comparing(NotJudged::document).thenComparing(NotJudged::line))
                .toList();
    }

    public void add(InputError error) {
        errors.add(error);
    }

    private void add(Document document, Found found, List<NotJudged> leftAlone) {
        workloads++;
        List<ExecHandler> handlers = found.workload().execHandlers();
        int probes = (int) handlers.stream()
                .map(ExecHandler::handler)
                .filter(Handler::isProbe)
                .count();
        execProbes += probes;
        execHooks += handlers.size() - probes;
        if (!handlers.isEmpty()) {
            Reviewed judged = new Reviewed(document, found, Guard.review(found.workload(), fleet, policy));
            reviewed.add(judged);
            if (judged.review.note() != null) {
                leftAlone.add(NotJudged.of(judged, judged.review.note()));
            }
        }
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
