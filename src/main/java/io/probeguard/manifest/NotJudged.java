package io.probeguard.manifest;

import io.probeguard.policy.Review;
import io.probeguard.probe.Manifest.Unjudged;
import io.probeguard.probe.NotJudgedReason;
import io.probeguard.text.Wording;
import io.probeguard.yaml.Document;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * Something that was given and not judged, or not acted on.
 *
 * @param document 0-based, empty documents counted
 * @param line 1-based, of the file: that of the exec probe or hook, the workload, or the template's first action
 * @param kind of the object; null, like its name, where it is not known
 * @param detail for a person
 */
public record NotJudged(
        String file,
        int document,
        int line,
        @Nullable String kind,
        @Nullable String namespace,
        @Nullable String name,
        NotJudgedReason reason,
        String detail) {

    /** As they stand in a file. */
    static final Comparator<NotJudged> IN_ORDER =
            Comparator.comparing(NotJudged::document).thenComparing(NotJudged::line);

    static NotJudged template(String file, int document, int line) {
        return new NotJudged(
                file, document, line, null, null, null, NotJudgedReason.HELM_TEMPLATE, "Helm template, not rendered");
    }

    static NotJudged of(Document document, Unjudged unjudged) {
        return new NotJudged(
                document.text().name(),
                document.index(),
                document.line(unjudged.pointer()),
                unjudged.kind(),
                unjudged.namespace(),
                unjudged.name(),
                unjudged.reason(),
                "exec " + unjudged.handler() + (unjudged.handler().isProbe() ? " probe" : " hook") + " "
                        + why(unjudged.reason()));
    }

    private static String why(NotJudgedReason reason) {
        return switch (reason) {
            case CUSTOM_RESOURCE -> "of a container that stands in no PodSpec: its nodes are not known";
            case ADMISSION_REVIEW -> "in an AdmissionReview without an object";
            default -> "in a document without kind or apiVersion";
        };
    }

    /** That a policy leaves a workload alone, or that its nodes are not known. */
    static NotJudged of(ManifestReview.Reviewed reviewed, Review.Note note) {
        return new NotJudged(
                reviewed.file(),
                reviewed.document(),
                reviewed.line(),
                reviewed.review().workload().kindName(),
                reviewed.review().workload().namespace(),
                reviewed.review().workload().name(),
                note.reason().notJudged(),
                note.detail());
    }

    /** What it is and where, with the reason, printable: {@code deploy.yaml:7: Rollout shop/web: left alone (left-alone)}. */
    public String located() {
        String of = kind == null
                ? ""
                : kind + (namespace == null ? " " : " " + namespace + "/") + (name == null ? "" : name);
        return Wording.clean(file + ":" + line + ": " + (of.isBlank() ? "" : of.strip() + ": ") + detail + " ("
                + reason.word() + ")");
    }
}
