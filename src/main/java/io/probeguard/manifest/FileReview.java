package io.probeguard.manifest;

import io.probeguard.manifest.ManifestReview.InputError;
import io.probeguard.manifest.ManifestReview.Reviewed;
import io.probeguard.node.Fleet;
import io.probeguard.policy.Guard;
import io.probeguard.policy.Policy;
import io.probeguard.policy.Review;
import io.probeguard.probe.Handler;
import io.probeguard.probe.Manifest;
import io.probeguard.probe.Manifest.Found;
import io.probeguard.probe.Workload.ExecHandler;
import io.probeguard.text.SourceText;
import io.probeguard.yaml.Document;
import io.probeguard.yaml.DocumentException;
import io.probeguard.yaml.Documents;
import io.probeguard.yaml.Documents.Unreadable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The review of one file. Of the documents only their findings are kept, so that files may be many. */
public final class FileReview {
    /**
     * An action of a Go template where it is not valid YAML: outside of strings and comments. ${{...}} is a parameter of an
     * OpenShift template, which needs no rendering.
     */
    private static final Pattern TEMPLATE = Pattern.compile("(?m)^[^#'\"\\n]*(?<!\\$)\\{\\{");

    final String file;
    final List<Reviewed> reviewed = new ArrayList<>();
    final List<NotJudged> unjudged = new ArrayList<>();
    final List<NotJudged> notJudged = new ArrayList<>();
    final List<InputError> errors = new ArrayList<>();
    int documents;
    int workloads;
    int execProbes;
    int execHooks;
    int templates;
    int notKubernetes;

    private FileReview(String file) {
        this.file = file;
    }

    /** Judges all workloads of a file. For any number of threads. */
    public static FileReview of(SourceText text, Fleet fleet, Policy policy) {
        FileReview review = new FileReview(text.name());
        Documents parsed = Documents.parse(text);
        review.documents = parsed.documents().size() + parsed.unreadable().size();
        List<DocumentException> unreadable = new ArrayList<>();
        List<NotJudged> leftAlone = new ArrayList<>();
        for (Document document : parsed.documents()) {
            Manifest manifest = Manifest.read(document);
            if (!manifest.isKubernetes() && !document.tree().isNull()) {
                review.notKubernetes++;
            }
            for (Found found : manifest.workloads()) {
                Reviewed judged = review.judge(document, found, fleet, policy);
                if (judged != null && judged.review().note() != null) {
                    leftAlone.add(NotJudged.of(judged, judged.review().note()));
                }
            }
            manifest.unjudged().forEach(each -> review.unjudged.add(NotJudged.of(document, each)));
            unreadable.addAll(manifest.errors());
        }
        for (Unreadable document : parsed.unreadable()) {
            if (!review.isTemplate(document)) {
                unreadable.add(document.error());
            }
        }
        unreadable.sort(Comparator.comparing(DocumentException::document));
        unreadable.forEach(error -> review.errors.add(new InputError(
                error.file(),
                error.document(),
                error.line(),
                Objects.requireNonNull(error.getMessage(), "a document exception has a message"))));
        review.unjudged.sort(NotJudged.IN_ORDER);
        Stream.concat(review.unjudged.stream(), leftAlone.stream())
                .sorted(NotJudged.IN_ORDER)
                .forEach(review.notJudged::add);
        return review;
    }

    /** A file that could not be read. */
    public static FileReview of(InputError error) {
        FileReview review = new FileReview(error.file());
        review.errors.add(error);
        return review;
    }

    /** @return null for a workload without exec probes and hooks */
    private @Nullable Reviewed judge(Document document, Found found, Fleet fleet, Policy policy) {
        workloads++;
        List<ExecHandler> handlers = found.workload().execHandlers();
        int probes = (int) handlers.stream()
                .map(ExecHandler::handler)
                .filter(Handler::isProbe)
                .count();
        execProbes += probes;
        execHooks += handlers.size() - probes;
        if (handlers.isEmpty()) {
            return null;
        }
        Review review = Guard.review(found.workload(), fleet, policy);
        Reviewed judged = Reviewed.of(document, found, review);
        reviewed.add(judged);
        return judged;
    }

    private boolean isTemplate(Unreadable document) {
        Matcher template = TEMPLATE.matcher(document.content());
        if (!template.find()) {
            return false;
        }
        templates++;
        int line = document.line()
                + (int) document.content()
                        .substring(0, template.end())
                        .chars()
                        .filter(c -> c == '\n')
                        .count();
        unjudged.add(NotJudged.template(file, document.error().document(), line));
        return true;
    }
}
