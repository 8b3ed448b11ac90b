package io.probeguard.background;

import org.jspecify.annotations.Nullable;

/** The APIs of policy reports; readers know one, the other or both. */
public enum ReportApi {
    WGPOLICYK8S_IO("wgpolicyk8s.io", "v1alpha2", "PolicyReport", "policyreports"),
    OPENREPORTS_IO("openreports.io", "v1alpha1", "Report", "reports");

    private final String group;
    private final String version;
    private final String kind;
    private final String plural;

    ReportApi(String group, String version, String kind, String plural) {
        this.group = group;
        this.version = version;
        this.kind = kind;
        this.plural = plural;
    }

    String apiVersion() {
        return group + "/" + version;
    }

    String kind() {
        return kind;
    }

    /** Whether a report names its source itself, besides its results. */
    boolean hasSource() {
        return this == OPENREPORTS_IO;
    }

    /** The path of those of all namespaces. */
    String path() {
        return "/apis/" + apiVersion() + "/" + plural;
    }

    /** The path of those of one namespace. */
    String path(String namespace) {
        return "/apis/" + apiVersion() + "/namespaces/" + namespace + "/" + plural;
    }

    /** The API of that group; null where it is none. */
    public static @Nullable ReportApi find(String group) {
        for (ReportApi api : values()) {
            if (api.group.equals(group)) {
                return api;
            }
        }
        return null;
    }

    /** Its group, as options name it. */
    @Override
    public String toString() {
        return group;
    }
}
