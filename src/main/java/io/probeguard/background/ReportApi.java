package io.probeguard.background;

import org.jspecify.annotations.Nullable;

/** The APIs of policy reports; report readers support one or both. */
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

    /** Whether a report, too, has a source, not only its results. */
    boolean hasSource() {
        return this == OPENREPORTS_IO;
    }

    /** The path of reports in all namespaces. */
    String path() {
        return "/apis/" + apiVersion() + "/" + plural;
    }

    /** The path of reports in one namespace. */
    String path(String namespace) {
        return "/apis/" + apiVersion() + "/namespaces/" + namespace + "/" + plural;
    }

    /** The API of that group; null if there is none. */
    public static @Nullable ReportApi find(String group) {
        for (ReportApi api : values()) {
            if (api.group.equals(group)) {
                return api;
            }
        }
        return null;
    }

    /** Its group, as in options. */
    @Override
    public String toString() {
        return group;
    }
}
