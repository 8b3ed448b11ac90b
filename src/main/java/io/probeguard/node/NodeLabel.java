package io.probeguard.node;

import io.probeguard.node.Fleet.Member;
import org.jspecify.annotations.Nullable;

/** Labels that we keep on nodes, for the scheduler to read. */
public enum NodeLabel {
    /** On a node that is surely flagged, its worst build: what steered pods are kept away from. */
    FLAGGED(NodeFacts.FLAGGED_LABEL) {
        @Override
        String wanted(Member node) {
            return ofFlag(node.flag());
        }
    },
    /** The container runtime, such as {@code containerd}, which no label of Kubernetes' own tells. */
    RUNTIME("probe-guard.io/runtime") {
        @Override
        String wanted(Member node) {
            String version = node.facts().info().containerRuntimeVersion();
            int end = version.indexOf("://");
            return end < 0 ? "" : version.substring(0, end);
        }
    };

    private final String key;

    NodeLabel(String key) {
        this.key = key;
    }

    public String key() {
        return key;
    }

    /** What its value should be; empty where there should be no label. */
    abstract String wanted(Member node);

    static String ofFlag(@Nullable Flag flag) {
        return flag != null && flag.isConfirmed() && !flag.builds().isEmpty()
                ? flag.builds().get(0).id()
                : "";
    }
}
