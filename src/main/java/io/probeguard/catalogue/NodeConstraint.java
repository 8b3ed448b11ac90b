package io.probeguard.catalogue;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.probeguard.catalogue.NodeInfo.ContainerRuntime;
import io.probeguard.catalogue.VersionRange.Scheme;
import org.jspecify.annotations.Nullable;

/**
 * What else must be true of a node for a build to break exec there. Null constrains nothing; what a node does not report
 * is not true of it.
 *
 * @param runtime that its kubelet uses: {@code docker}, {@code containerd} or {@code cri-o}
 * @param runtimeVersions of that runtime
 * @param os {@code el7}: only Enterprise Linux 7
 * @param osImage a part of the node's osImage, such as {@code Bottlerocket OS 1.13.4}
 * @param kubelet versions; Docker below a kubelet of 1.24 or later is reached through cri-dockerd, before that through
 *     the dockershim
 * @param kubeletBuild a part of the kubelet's version that names who built it, such as {@code -gke.}
 * @param kernel versions of Linux
 * @param el7Kernel in place of {@code kernel} for Enterprise Linux 7's own kernels, which hold later fixes under an old
 *     number: releases by RPM's order, such as {@code <3.10.0-1062}
 * @param cpus exactly this number
 */
public record NodeConstraint(
        @Nullable String runtime,
        @Nullable VersionRange runtimeVersions,
        @Nullable String os,
        @Nullable String osImage,
        @Nullable VersionRange kubelet,
        @Nullable String kubeletBuild,
        @Nullable VersionRange kernel,
        @Nullable VersionRange el7Kernel,
        @Nullable Integer cpus) {

    @JsonCreator
    static NodeConstraint read(
            @JsonProperty("runtime") @Nullable String runtime,
            @JsonProperty("runtimeVersions") @Nullable String runtimeVersions,
            @JsonProperty("os") @Nullable String os,
            @JsonProperty("osImage") @Nullable String osImage,
            @JsonProperty("kubelet") @Nullable String kubelet,
            @JsonProperty("kubeletBuild") @Nullable String kubeletBuild,
            @JsonProperty("kernel") @Nullable String kernel,
            @JsonProperty("el7Kernel") @Nullable String el7Kernel,
            @JsonProperty("cpus") @Nullable Integer cpus) {
        if (os != null && !os.equals("el7")) {
            throw new IllegalArgumentException("os: unsupported value \"" + os + "\"; supported values: el7");
        }
        if (runtimeVersions != null && runtime == null) {
            throw new IllegalArgumentException("runtimeVersions requires runtime");
        }
        return new NodeConstraint(
                runtime,
                range(Scheme.SEMVER, runtimeVersions),
                os,
                osImage,
                range(Scheme.SEMVER, kubelet),
                kubeletBuild,
                range(Scheme.SEMVER, kernel),
                range(Scheme.RPM, el7Kernel),
                cpus);
    }

    private static @Nullable VersionRange range(Scheme scheme, @Nullable String range) {
        return range == null ? null : VersionRange.parse(scheme, range);
    }

    boolean holds(NodeInfo info) {
        return (os == null || info.isEl7())
                && (osImage == null || info.osImage().contains(osImage))
                && (kubeletBuild == null || info.kubeletVersion().contains(kubeletBuild))
                && (cpus == null || cpus.equals(info.cpus()))
                && isWithin(kubelet, info.kubelet())
                && holdsOfRuntime(info.runtime())
                && holdsOfKernel(info);
    }

    private boolean holdsOfRuntime(@Nullable ContainerRuntime actual) {
        return runtime == null
                || (actual != null && runtime.equals(actual.name()) && isWithin(runtimeVersions, actual.version()));
    }

    private boolean holdsOfKernel(NodeInfo info) {
        if (el7Kernel != null && info.hasEl7Kernel()) {
            return el7Kernel.contains(info.kernelVersion());
        }
        return isWithin(kernel, info.kernel());
    }

    private static boolean isWithin(@Nullable VersionRange range, @Nullable String version) {
        return range == null || (version != null && range.contains(version));
    }
}
