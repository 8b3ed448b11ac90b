package io.probeguard.node;

import io.probeguard.catalogue.Catalogue;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What an admin wrote on a node about exec, and what counts for nothing since it is no word that is known. */
final class InvalidNodeMarkers {
    private static final Set<String> WORDS = Set.of("broken", "healthy");

    private InvalidNodeMarkers() {}

    /** For a person: what is ignored, and what was perhaps meant; empty on most nodes. */
    static List<String> on(NodeFacts node, Catalogue catalogue) {
        List<String> ignored = new ArrayList<>();
        String word = node.labels().get(NodeFacts.EXEC_LABEL);
        if (word != null && !WORDS.contains(word)) {
            ignored.add("label " + NodeFacts.EXEC_LABEL + "=" + word + " is ignored; allowed: broken, healthy");
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
