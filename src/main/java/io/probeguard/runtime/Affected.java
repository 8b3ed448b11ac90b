package io.probeguard.runtime;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.probeguard.runtime.NodeInfo.ContainerRuntime;
import io.probeguard.runtime.VersionRange.Scheme;
import org.jspecify.annotations.Nullable;

/**
 * One way in which a catalogue entry is recognised.
 *
 * @param by what {@code name} and {@code versions} are about
 * @param name of the package, or of the runtime as in nodeInfo ({@code docker}, {@code containerd}, {@code cri-o})
 * @param dist a part of the RPM release, such as {@code .el7}
 * @param os {@code el7}: only where nodeInfo says Enterprise Linux 7
 * @param kubelet only with these versions of the kubelet
 * @param settledBy the match is only a suspicion; this command on the node would settle it
 */
public record Affected(
        By by,
        String name,
        VersionRange versions,
        @Nullable String dist,
        @Nullable String os,
        @Nullable VersionRange kubelet,
        @Nullable String settledBy) {

    public enum By {
        @JsonProperty("rpm")
        RPM(Scheme.RPM),
        @JsonProperty("deb")
        DEB(Scheme.DEB),
        @JsonProperty("nodeInfo")
        NODE_INFO(Scheme.SEMVER);

        private final Scheme scheme;

        By(Scheme scheme) {
            this.scheme = scheme;
        }
    }

    @JsonCreator
    static Affected read(
            @JsonProperty(value = "by", required = true) By by,
            @JsonProperty(value = "name", required = true) String name,
            @JsonProperty(value = "versions", required = true) String versions,
            @JsonProperty("dist") @Nullable String dist,
            @JsonProperty("os") @Nullable String os,
            @JsonProperty("kubelet") @Nullable String kubelet,
            @JsonProperty("settledBy") @Nullable String settledBy) {
        if (os != null && !os.equals("el7")) {
            throw new IllegalArgumentException("os is \"" + os + "\"; allowed: el7");
        }
        return new Affected(
                by,
                name,
                VersionRange.parse(by.scheme, versions),
                dist,
                os,
                kubelet == null ? null : VersionRange.parse(Scheme.SEMVER, kubelet),
                settledBy);
    }

    boolean matches(PackageVersion installed) {
        return by.scheme == installed.scheme()
                && name.equals(installed.name())
                && (dist == null || installed.version().contains(dist))
                && versions.contains(installed.version());
    }

    boolean matches(NodeInfo info) {
        ContainerRuntime runtime = by == By.NODE_INFO ? info.runtime() : null;
        return runtime != null
                && name.equals(runtime.name())
                && versions.contains(runtime.version())
                && (os == null || info.isEl7())
                && (kubelet == null || (info.kubelet() != null && kubelet.contains(info.kubelet())));
    }
}
