package io.probeguard.probe;

import io.probeguard.probe.Manifest.Found;
import io.probeguard.text.Suggestions;
import io.probeguard.yaml.Document;
import io.probeguard.yaml.DocumentException;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;

/**
 * Fields of exec probes and hooks that the API server would not take, in the words of its strict field validation
 * (apimachinery's runtime.NewStrictDecodingError) and of ValidateNonnegativeField. Only what may be a misspelt field is
 * reported as unknown: an API server may be newer than this list.
 */
final class ProbeFields {
    private static final List<String> NUMBERS =
            List.of("initialDelaySeconds", "periodSeconds", "timeoutSeconds", "failureThreshold", "successThreshold");
    private static final List<String> PROBE = List.of(
            "exec",
            "httpGet",
            "tcpSocket",
            "grpc",
            "initialDelaySeconds",
            "periodSeconds",
            "timeoutSeconds",
            "failureThreshold",
            "successThreshold",
            "terminationGracePeriodSeconds");
    private static final List<String> PROBES = List.of("livenessProbe", "readinessProbe", "startupProbe");
    private static final List<String> LIFECYCLE = List.of("postStart", "preStop");
    private static final List<String> CONTAINER =
            List.of("livenessProbe", "readinessProbe", "startupProbe", "lifecycle");
    private static final List<String> EXEC = List.of("command");

    private final Document document;
    private final Found found;
    private final List<DocumentException> errors = new ArrayList<>();

    private ProbeFields(Document document, Found found) {
        this.document = document;
        this.found = found;
    }

    /** An error for each field, at its line; none of them keeps the workload from being judged by its other fields. */
    static List<DocumentException> errors(Document document, Found found) {
        ProbeFields fields = new ProbeFields(document, found);
        JsonPointer spec = JsonPointer.compile(found.workload().specPointer());
        fields.containers(spec.appendProperty("containers"));
        fields.containers(spec.appendProperty("initContainers"));
        return fields.errors;
    }

    private void containers(JsonPointer list) {
        for (int i = 0; i < at(list).size(); i++) {
            container(list.appendIndex(i));
        }
    }

    private void container(JsonPointer container) {
        at(container).forEachEntry((key, value) -> {
            JsonPointer field = container.appendProperty(key);
            if (PROBES.contains(key)) {
                probe(field);
            } else if (key.equals("lifecycle")) {
                lifecycle(field);
            } else if (isExec(value) || value.valueStream().anyMatch(ProbeFields::isExec)) {
                unknown(field, CONTAINER);
            }
        });
    }

    private void lifecycle(JsonPointer lifecycle) {
        at(lifecycle).forEachEntry((key, value) -> {
            JsonPointer field = lifecycle.appendProperty(key);
            if (!isExec(value)) {
                return;
            }
            if (LIFECYCLE.contains(key)) {
                misspelt(field.appendProperty("exec"), EXEC);
            } else {
                unknown(field, LIFECYCLE);
            }
        });
    }

    private void probe(JsonPointer probe) {
        if (isExec(at(probe))) {
            misspelt(probe, PROBE);
            misspelt(probe.appendProperty("exec"), EXEC);
            NUMBERS.forEach(field -> number(probe.appendProperty(field)));
        }
    }

    private void number(JsonPointer field) {
        JsonNode value = at(field);
        if (value.isMissingNode() || value.isNull()) {
            return;
        }
        if (!value.isInt()) {
            error(field, dotted(field) + " must be a 32-bit integer, not " + value);
        } else if (value.asInt() < 0) {
            error(field, dotted(field) + ": Invalid value: " + value + ": must be greater than or equal to 0");
        }
    }

    /** Reports the fields of an object that are not known, but similar to one that is. */
    private void misspelt(JsonPointer object, List<String> known) {
        at(object).propertyNames().stream()
                .filter(key ->
                        !known.contains(key) && !Suggestions.to(key, known).isEmpty())
                .forEach(key -> unknown(object.appendProperty(key), known));
    }

    private void unknown(JsonPointer field, List<String> known) {
        List<String> near = Suggestions.to(field.last().getMatchingProperty(), known);
        error(
                field,
                "unknown field \"" + dotted(field) + "\"; "
                        + (near.isEmpty()
                                ? "known fields: " + String.join(", ", known)
                                : "did you mean " + near.get(0) + "?"));
    }

    private void error(JsonPointer field, String message) {
        errors.add(document.error(found.at(field.toString()), message));
    }

    private JsonNode at(JsonPointer pointerInObject) {
        return document.tree().at(found.at(pointerInObject.toString()));
    }

    private static boolean isExec(JsonNode handler) {
        return handler.path("exec").isObject();
    }

    /** {@code spec.containers[0].livenessProbe}, as the API server writes a path. */
    private static String dotted(JsonPointer pointer) {
        StringBuilder path = new StringBuilder();
        for (JsonPointer rest = pointer; !rest.matches(); rest = rest.tail()) {
            if (rest.mayMatchElement()) {
                path.append('[').append(rest.getMatchingIndex()).append(']');
            } else {
                path.append(path.isEmpty() ? "" : ".").append(rest.getMatchingProperty());
            }
        }
        return path.toString();
    }
}
