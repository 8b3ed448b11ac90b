package io.probeguard.node;

import io.probeguard.catalogue.Catalogue;
import io.probeguard.catalogue.PackageVersion;
import io.probeguard.node.NodeFacts.Condition;
import io.probeguard.text.Wording;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What of a node's labels, annotations and condition for probe-guard is not understood, or not there to be read. */
final class InvalidNodeMarkers {
    private static final Set<String> VALUES = Set.of("broken", "healthy");

    private static final int MAX_LENGTH = 80;

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
        if (node.packages() != null) {
            PackageVersion.unreadable(node.packages())
                    .forEach(each -> ignored.add("annotation "
                            + NodeFacts.PACKAGES_ANNOTATION + ": \"" + Wording.truncate(Wording.clean(each), MAX_LENGTH)
                            + "\" is ignored: not a package as rpm -q (runc-1.4.0-1.el9.x86_64) or dpkg-query -W (runc 1.4.0-1)"
                            + " prints it"));
        }
        Condition condition = node.execBroken();
        if (condition != null && condition.isTrue() && condition.reason().equals(NodeFacts.KNOWN_BROKEN_BUILD)) {
            ignored.add("condition " + NodeFacts.CONDITION
                    + " names no build: its message must begin with a catalogue id" + " and a colon");
        }
        if (node.fromTable()) {
            ignored.add(
                    "labels, annotations and taints are not in this output: every pod is taken to be able to run here");
        }
        return List.copyOf(ignored);
    }
}
