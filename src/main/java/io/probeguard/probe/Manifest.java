package io.probeguard.probe;

import io.probeguard.yaml.Document;
import io.probeguard.yaml.DocumentException;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;

/**
 * The workloads of a document: the object itself, or those inside a List, a typed list such as DeploymentList, or an
 * OpenShift Template.
 *
 * @param isKubernetes whether the document is a Kubernetes object at all
 * @param errors workloads that could not be read
 */
public record Manifest(boolean isKubernetes, List<Found> workloads, List<DocumentException> errors) {

    /** @param pointer of the workload's object within the document */
    public record Found(Workload workload, JsonPointer pointer) {
        /** A place within the workload's object as one within the document. */
        public JsonPointer at(String pointerInObject) {
            return pointer.append(JsonPointer.compile(pointerInObject));
        }
    }

    public static Manifest read(Document document) {
        JsonNode tree = document.tree();
        boolean isKubernetes =
                tree.path("kind").isString() && tree.path("apiVersion").isString();
        Manifest manifest = new Manifest(isKubernetes, new ArrayList<>(), new ArrayList<>());
        if (isKubernetes) {
            manifest.collect(document, JsonPointer.empty(), "", "");
        }
        return manifest;
    }

    /** The items of a typed list leave out what its own kind and apiVersion say already. */
    private void collect(Document document, JsonPointer pointer, String defaultApiVersion, String defaultKind) {
        JsonNode tree = document.tree().at(pointer);
        String kind = tree.path("kind").asString(defaultKind);
        String apiVersion = tree.path("apiVersion").asString(defaultApiVersion);
        WorkloadKind workloadKind = WorkloadKind.of(WorkloadKind.group(apiVersion), kind);
        if (workloadKind != null) {
            add(document, pointer, workloadKind);
        } else if (kind.endsWith("List")) {
            String itemKind = kind.substring(0, kind.length() - "List".length());
            each(document, pointer.appendProperty("items"), apiVersion, itemKind);
        } else if (kind.equals("Template")) {
            each(document, pointer.appendProperty("objects"), "", "");
        }
    }

    private void each(Document document, JsonPointer list, String defaultApiVersion, String defaultKind) {
        int size = document.tree().at(list).size();
        for (int i = 0; i < size; i++) {
            collect(document, list.appendIndex(i), defaultApiVersion, defaultKind);
        }
    }

    private void add(Document document, JsonPointer pointer, WorkloadKind kind) {
        try {
            WorkloadShape shape = document.read(WorkloadMapper.INSTANCE, pointer, kind.shape());
            Workload workload = shape == null ? null : shape.toWorkload(kind, null);
            if (workload != null) {
                workloads.add(new Found(workload, pointer));
            }
        } catch (DocumentException e) {
            errors.add(e);
        }
    }
}
