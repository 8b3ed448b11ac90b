package io.probeguard.probe;

import io.probeguard.probe.Manifest.Found;
import io.probeguard.text.SourceText;
import io.probeguard.yaml.Document;
import io.probeguard.yaml.Documents;
import java.util.List;
import java.util.Objects;

/** Workloads for tests, written as manifests. */
public final class Pods {
    private Pods() {}

    public static List<Found> read(String yaml) {
        Document document = Documents.parseOne(new SourceText("test.yaml", yaml));
        Manifest manifest = Manifest.read(document);
        if (!manifest.errors().isEmpty()) {
            throw manifest.errors().get(0);
        }
        return manifest.workloads();
    }

    /** A pod of namespace shop with this spec, in YAML flow style: {@code containers: [...], nodeName: a}. */
    public static Workload pod(String spec) {
        return pod("", spec);
    }

    /** @param metadata more of it, such as {@code , annotations: {a: b}} */
    public static Workload pod(String metadata, String spec) {
        return read("{apiVersion: v1, kind: Pod, metadata: {name: cart, namespace: shop" + metadata + "}, spec: {"
                        + spec + "}}")
                .get(0)
                .workload();
    }

    /** A workload from JSON that leaves out its kind and apiVersion, as objects within a typed list or a review may. */
    public static Workload ofKind(WorkloadKind kind, String namespace, String json) {
        WorkloadShape shape = WorkloadMapper.INSTANCE.readValue(json, kind.shape());
        return Objects.requireNonNull(shape.toWorkload(kind, namespace), "the object has a PodSpec");
    }

    /** A pod with one container, app, that has this probe in the field named. */
    public static Workload withProbe(String field, String numbers) {
        return pod("containers: [{name: app, " + field + ": {exec: {command: [x]}" + numbers + "}}]");
    }
}
