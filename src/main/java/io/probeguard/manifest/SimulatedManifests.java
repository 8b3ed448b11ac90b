package io.probeguard.manifest;

import io.probeguard.manifest.ManifestReview.InputError;
import io.probeguard.probe.Manifest;
import io.probeguard.text.SourceText;
import io.probeguard.yaml.Document;
import io.probeguard.yaml.DocumentException;
import io.probeguard.yaml.Documents;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The workloads of the files that are simulated, and what could not be read of them. */
public final class SimulatedManifests {
    private final List<Found> found = new ArrayList<>();
    private final List<InputError> errors = new ArrayList<>();

    /** A workload, where it stands. */
    public record Found(Document document, Manifest.Found workload) {
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
            manifest.workloads().forEach(each -> found.add(new Found(document, each)));
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
}
