package io.probeguard.manifest;

import io.probeguard.catalogue.Catalogue;
import io.probeguard.catalogue.CatalogueChanges;
import io.probeguard.catalogue.CatalogueFile;
import io.probeguard.manifest.ManifestFiles.Source;
import io.probeguard.node.Fleet;
import io.probeguard.node.NodeFacts;
import io.probeguard.node.NodeList;
import io.probeguard.policy.Policy;
import io.probeguard.policy.PolicyFile;
import io.probeguard.probe.Manifest;
import io.probeguard.probe.Manifest.Found;
import io.probeguard.probe.Workload;
import io.probeguard.text.Failures;
import io.probeguard.text.SourceText;
import io.probeguard.yaml.Document;
import io.probeguard.yaml.DocumentException;
import io.probeguard.yaml.Documents;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;

/** What commands read besides manifests. An error in any of it stops the command: nothing is judged in part. */
public final class Inputs {
    /** Phases of pods whose containers do not run again. */
    private static final Set<String> TERMINATED = Set.of("Succeeded", "Failed");

    private static final String PODS = "the output of \"kubectl get pods -A -o yaml\"";

    private Inputs() {}

    /** Invalid input, with a message for the user; the exit code is that of wrong usage. */
    public static final class BadInputException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public BadInputException(String message) {
            super(message);
        }
    }

    /** The nodes of a file, flagged by a catalogue. */
    public static Fleet nodes(Path file, Catalogue catalogue) {
        return Fleet.of(nodeFacts(file), catalogue);
    }

    private static List<NodeFacts> nodeFacts(Path file) {
        try {
            return NodeList.read(text(file, "--nodes"));
        } catch (DocumentException e) {
            throw new BadInputException(e.located());
        }
    }

    /** The pods of a file that have not terminated, as {@code kubectl get pods -A -o yaml} prints them. */
    public static List<Workload> pods(Path file) {
        SourceText text = text(file, "--pods");
        Documents documents = Documents.parse(text);
        if (!documents.unreadable().isEmpty()) {
            throw new BadInputException(documents.unreadable().get(0).error().located());
        }
        if (documents.isEmpty()) {
            throw new BadInputException(text.name() + ": no objects found; expected " + PODS);
        }
        List<Workload> pods = new ArrayList<>();
        for (Document document : documents.documents()) {
            checkPods(document);
            Manifest manifest = Manifest.read(document);
            if (!manifest.errors().isEmpty()) {
                throw new BadInputException(manifest.errors().get(0).located());
            }
            for (Found found : manifest.workloads()) {
                if (!TERMINATED.contains(
                        document.tree().at(found.pointer() + "/status/phase").asString(""))) {
                    pods.add(found.workload());
                }
            }
        }
        return pods;
    }

    /** Checks that a document holds nothing but pods. No pods at all are fine: a namespace may be empty. */
    private static void checkPods(Document document) {
        JsonNode tree = document.tree();
        String kind = tree.path("apiVersion").isString() ? tree.path("kind").asString("") : "";
        if (!kind.endsWith("List")) {
            checkPod(tree.isNull() ? "Pod" : kind, document, JsonPointer.empty());
            return;
        }
        String itemKind = kind.equals("List") ? "Pod" : kind.substring(0, kind.length() - "List".length());
        checkPod(itemKind, document, JsonPointer.empty());
        for (int i = 0; i < tree.path("items").size(); i++) {
            checkPod(
                    tree.path("items").path(i).path("kind").asString(itemKind),
                    document,
                    JsonPointer.valueOf("/items/" + i));
        }
    }

    private static void checkPod(String kind, Document document, JsonPointer place) {
        if (!kind.equals("Pod")) {
            String problem = kind.isEmpty() ? "not a Kubernetes object" : "this is a " + kind + ", not a Pod";
            throw new BadInputException(
                    document.error(place, problem + "; expected " + PODS + " (for manifests, use \"review\")")
                            .located());
        }
    }

    /** Changes to the catalogue. */
    public static CatalogueChanges catalogueChanges(Path file, String option) {
        try {
            return CatalogueFile.read(text(file, option));
        } catch (DocumentException e) {
            throw new BadInputException(e.located());
        }
    }

    /** @param warnings takes what may be a mistake, but may be intended */
    public static Policy policy(Path file, Consumer<DocumentException> warnings) {
        try {
            return PolicyFile.read(text(file, "--policy"), warnings);
        } catch (DocumentException e) {
            throw new BadInputException(e.located());
        }
    }

    /** The findings that are known. */
    public static Baseline baseline(Path file) {
        try {
            return Baseline.read(text(file, "--baseline"), file);
        } catch (DocumentException e) {
            throw new BadInputException(e.located() + "; --write-baseline writes such a file");
        }
    }

    /** @param option by which the file was named */
    public static SourceText text(Path file, String option) {
        try {
            return ManifestFiles.read(new Source(file.toString(), file), InputStream.nullInputStream());
        } catch (IOException e) {
            throw new BadInputException(option + ": " + file + ": " + Failures.message(e));
        }
    }
}
