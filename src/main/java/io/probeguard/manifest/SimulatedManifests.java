package io.probeguard.manifest;

import io.probeguard.kubelet.Scenario.JobLimits;
import io.probeguard.manifest.ManifestReview.InputError;
import io.probeguard.probe.Manifest;
import io.probeguard.text.SourceText;
import io.probeguard.yaml.Document;
import io.probeguard.yaml.DocumentException;
import io.probeguard.yaml.Documents;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;

/** The workloads of the files that are simulated, and what could not be read of them. */
public final class SimulatedManifests {
    private static final String TEMPLATE = "/template";

    private final List<Found> found = new ArrayList<>();
    private final List<InputError> errors = new ArrayList<>();

    /**
     * A workload, where it stands.
     *
     * @param job its limits where it is a Job, or makes Jobs
     */
    public record Found(
            Document document,
            Manifest.Found workload,
            @Nullable JobLimits job) {
        String file() {
            return document.text().name();
        }

        int line() {
            return document.line(workload.pointer());
        }
    }

    public void add(SourceText text) {
        Documents documents = Documents.parse(text);
        for (Document document : documents.documents()) {
            Manifest manifest = Manifest.read(document);
            manifest.workloads().forEach(each -> found.add(new Found(document, each, job(document, each))));
            manifest.errors().forEach(this::add);
        }
        documents.unreadable().forEach(each -> add(each.error()));
    }

    public void add(InputError error) {
        errors.add(error);
    }

    private void add(DocumentException e) {
        errors.add(new InputError(
                e.file(),
                e.document(),
                e.line(),
                Objects.requireNonNull(e.getMessage(), "a document exception has a message")));
    }

    public List<Found> found() {
        return found;
    }

    public List<InputError> errors() {
        return errors;
    }

    private static @Nullable JobLimits job(Document document, Manifest.Found each) {
        return switch (each.workload().kind()) {
            case JOB, CRON_JOB, SCHEDULED_JOB -> {
                String pod = each.workload().podPointer();
                JsonPointer spec = each.at(pod.substring(0, pod.length() - TEMPLATE.length()));
                JsonNode written = document.tree().at(spec);
                JsonNode deadline = written.path("activeDeadlineSeconds");
                yield new JobLimits(
                        written.path("backoffLimit").asInt(JobLimits.DEFAULT_BACKOFF_LIMIT),
                        deadline.isIntegralNumber() ? (Long) deadline.asLong() : null);
            }
            default -> null;
        };
    }
}
