package io.probeguard.probe;

import io.probeguard.probe.EmbeddedPods.ExecPlace;
import io.probeguard.yaml.Document;
import io.probeguard.yaml.DocumentException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;

/**
 * The workloads of a document: the object itself, those inside a List, a typed list such as DeploymentList, an OpenShift
 * Template or an AdmissionReview, and the pods that custom resources embed.
 *
 * @param isKubernetes whether the document is a Kubernetes object at all
 * @param unjudged exec probes and hooks that are in none of the workloads
 * @param errors workloads that could not be read, and fields of workloads that the API server would not take
 */
public record Manifest(
        boolean isKubernetes, List<Found> workloads, List<Unjudged> unjudged, List<DocumentException> errors) {

    /** @param pointer of the workload's object within the document */
    public record Found(Workload workload, JsonPointer pointer) {
        /** A place within the workload's object as one within the document. */
        public JsonPointer at(String pointerInObject) {
            return pointer.append(JsonPointer.compile(pointerInObject));
        }
    }

    /**
     * An exec probe or hook that cannot be judged where it stands.
     *
     * @param kind of the object that holds it; null, like its name, where it has none
     * @param pointer of the probe or hook within the document
     */
    public record Unjudged(
            NotJudgedReason reason,
            @Nullable String kind,
            @Nullable String namespace,
            @Nullable String name,
            Handler handler,
            JsonPointer pointer) {}

    public static Manifest read(Document document) {
        JsonNode tree = document.tree();
        boolean isKubernetes =
                tree.path("kind").isString() && tree.path("apiVersion").isString();
        Manifest manifest = new Manifest(isKubernetes, new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        if (isKubernetes) {
            manifest.collect(document, JsonPointer.empty(), new Defaults("", "", null));
        } else {
            manifest.addUnjudged(NotJudgedReason.NO_KIND, document, JsonPointer.empty(), null);
        }
        return manifest;
    }

    /** What an object leaves out because what holds it says so already. */
    private record Defaults(
            String apiVersion, String kind, @Nullable String namespace) {}

    private void collect(Document document, JsonPointer pointer, Defaults defaults) {
        JsonNode tree = document.tree().at(pointer);
        String kind = tree.path("kind").asString(defaults.kind);
        String apiVersion = tree.path("apiVersion").asString(defaults.apiVersion);
        WorkloadKind workloadKind = WorkloadKind.of(WorkloadKind.group(apiVersion), kind);
        if (workloadKind != null) {
            add(document, pointer, workloadKind, defaults.namespace);
        } else if (kind.endsWith("List") && tree.path("items").isArray()) {
            String itemKind = kind.substring(0, kind.length() - "List".length());
            each(document, pointer.appendProperty("items"), new Defaults(apiVersion, itemKind, null));
        } else if (kind.equals("Template") && tree.path("objects").isArray()) {
            each(document, pointer.appendProperty("objects"), new Defaults("", "", null));
        } else if (kind.equals("AdmissionReview")) {
            addReviewed(document, pointer.appendProperty("request"));
        } else {
            addCustom(document, pointer, kind, defaults.namespace);
        }
    }

    private void each(Document document, JsonPointer list, Defaults defaults) {
        int size = document.tree().at(list).size();
        for (int i = 0; i < size; i++) {
            collect(document, list.appendIndex(i), defaults);
        }
    }

    /** The object of a request, which says its kind and namespace itself. */
    private void addReviewed(Document document, JsonPointer request) {
        JsonNode tree = document.tree().at(request);
        if (tree.path("object").isObject()) {
            JsonNode kind = tree.path("kind");
            Defaults defaults = new Defaults(
                    kind.path("group").asString("") + "/" + kind.path("version").asString(""),
                    kind.path("kind").asString(""),
                    tree.path("namespace").isString() ? tree.path("namespace").asString() : null);
            collect(document, request.appendProperty("object"), defaults);
        } else {
            addUnjudged(NotJudgedReason.ADMISSION_REVIEW, document, request.head(), "AdmissionReview");
        }
    }

    private void add(Document document, JsonPointer pointer, WorkloadKind kind, @Nullable String namespace) {
        try {
            WorkloadShape shape = document.read(WorkloadMapper.INSTANCE, pointer, kind.shape());
            Workload workload = shape == null ? null : shape.toWorkload(kind, namespace);
            if (workload != null) {
                add(document, new Found(workload, pointer));
                errors.addAll(document.duplicateKeys(pointer));
            }
        } catch (DocumentException e) {
            errors.add(e);
        }
    }

    private void add(Document document, Found found) {
        workloads.add(found);
        errors.addAll(ProbeFields.errors(document, found));
    }

    private void addCustom(Document document, JsonPointer pointer, String kind, @Nullable String namespace) {
        EmbeddedPods embedded = EmbeddedPods.of(document.tree().at(pointer));
        if (!embedded.pods().isEmpty()) {
            errors.addAll(document.duplicateKeys(pointer));
        }
        for (EmbeddedPods.Place place : embedded.pods()) {
            try {
                WorkloadShape shape = document.read(pointer, place::shape);
                Workload workload = shape.toWorkload(WorkloadKind.CUSTOM, kind, namespace);
                if (workload != null) {
                    add(document, new Found(workload, pointer));
                }
            } catch (DocumentException e) {
                errors.add(e);
            }
        }
        embedded.handlers()
                .forEach(exec -> addUnjudged(NotJudgedReason.CUSTOM_RESOURCE, document, pointer, kind, exec));
    }

    /** All exec probes and hooks of a value, whether or not they are those of a pod. */
    private void addUnjudged(NotJudgedReason reason, Document document, JsonPointer pointer, @Nullable String kind) {
        EmbeddedPods.execHandlers(document.tree().at(pointer))
                .forEach(exec -> addUnjudged(reason, document, pointer, kind, exec));
    }

    private void addUnjudged(
            NotJudgedReason reason, Document document, JsonPointer pointer, @Nullable String kind, ExecPlace exec) {
        JsonNode metadata = document.tree().at(pointer).path("metadata");
        unjudged.add(new Unjudged(
                reason,
                kind,
                metadata.path("namespace").asStringOpt().orElse(null),
                metadata.path("name").asStringOpt().orElse(null),
                exec.handler(),
                pointer.append(exec.pointer())));
    }
}
