package io.probeguard.node;

import io.probeguard.catalogue.Catalogue;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Labels and annotations for probe-guard on a node that are ignored because their values are invalid. */
final class InvalidNodeMarkers {
    private static final Set<String> VALUES = Set.of("broken", "healthy");

    private InvalidNodeMarkers() {}

    /** For a person: what is ignored, and what may have been meant; empty on most nodes. */
    static List<String> on(NodeFacts node, Catalogue catalogue) {
        List<String> ignored = new ArrayList<>();
        String value = node.labels().get(NodeFacts.EXEC_LABEL);
        if (value != null && !VALUES.contains(value)) {
            ignored.add("label " + NodeFacts.EXEC_LABEL + "=" + value
                    + " is ignored: supported values are broken, healthy");
        }
        String build = node.build();
        if (build != null
                && catalogue.byId(build).isEmpty()
                && !catalogue.disabled().contains(build)) {
            ignored.add("annotation " + NodeFacts.BUILD_ANNOTATION + " is ignored: " + catalogue.unknown(build));
        }
        return List.copyOf(ignored);
    }
}
