package io.probeguard.catalogue;

import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a kubelet reports about itself and what it runs on, as in {@code Node.status.nodeInfo}; empty where unknown.
 *
 * @param containerRuntimeVersion such as {@code docker://1.13.1}
 * @param osImage such as {@code CentOS Linux 7 (Core)}
 * @param cpus of {@code status.capacity}, whole ones; null where unknown
 * @param operatingSystem {@code linux} or {@code windows}
 */
public record NodeInfo(
        String containerRuntimeVersion,
        String osImage,
        String kernelVersion,
        String kubeletVersion,
        @Nullable Integer cpus,
        String operatingSystem) {
    public static final NodeInfo UNKNOWN = new NodeInfo("", "", "", "");

    // Each takes any character at its end: one that it did not take would make it try again from every place before.
    private static final Pattern RUNTIME = Pattern.compile("(?s)([a-z-]+)://v?(\\d+\\.\\d+\\.\\d+)(.*)");
    private static final Pattern KUBELET = Pattern.compile("(?s)v?(\\d+\\.\\d+\\.\\d+).*");
    private static final Pattern KERNEL = Pattern.compile("(?s)(\\d+\\.\\d+)(\\.\\d+)?.*");
    private static final Pattern EL7 =
            Pattern.compile("(?s)(CentOS|Red Hat Enterprise|Scientific|Oracle) Linux.* 7(\\.\\d+)?\\b.*");

    public NodeInfo {
        containerRuntimeVersion = Objects.requireNonNullElse(containerRuntimeVersion, "");
        osImage = Objects.requireNonNullElse(osImage, "");
        kernelVersion = Objects.requireNonNullElse(kernelVersion, "");
        kubeletVersion = Objects.requireNonNullElse(kubeletVersion, "");
        operatingSystem = Objects.requireNonNullElse(operatingSystem, "");
    }

    /** Of a node that does not say its operating system. */
    public NodeInfo(
            String containerRuntimeVersion,
            String osImage,
            String kernelVersion,
            String kubeletVersion,
            @Nullable Integer cpus) {
        this(containerRuntimeVersion, osImage, kernelVersion, kubeletVersion, cpus, "");
    }

    /** Of a node whose number of CPUs is not known. */
    public NodeInfo(String containerRuntimeVersion, String osImage, String kernelVersion, String kubeletVersion) {
        this(containerRuntimeVersion, osImage, kernelVersion, kubeletVersion, null);
    }

    /**
     * A runtime and its version.
     *
     * @param version three numbers: the kubelet drops leading zeros and most suffixes
     * @param revision what follows the numbers: a distribution's revision, a pre-release or build metadata
     */
    public record ContainerRuntime(String name, String version, String revision) {
        /**
         * Whether the three numbers may not be the whole version. What follows a hyphen is a vendor's revision or a
         * pre-release, which can have a fix that its numbers lack, or the reverse; build metadata ({@code +bottlerocket}) changes
         * nothing in the order of versions.
         */
        public boolean isRevised() {
            return !revision.isEmpty() && !revision.startsWith("+");
        }
    }

    /** The container runtime; null where the kubelet does not know its version ({@code docker://Unknown}). */
    public @Nullable ContainerRuntime runtime() {
        Matcher matcher = RUNTIME.matcher(containerRuntimeVersion);
        return matcher.matches() ? new ContainerRuntime(matcher.group(1), matcher.group(2), matcher.group(3)) : null;
    }

    /** Whether its containers are Windows', which run without runc. */
    public boolean isWindows() {
        return operatingSystem.equals("windows") || osImage.startsWith("Windows");
    }

    /** The kubelet's version as three numbers; null where unknown. */
    public @Nullable String kubelet() {
        Matcher matcher = KUBELET.matcher(kubeletVersion);
        return matcher.matches() ? matcher.group(1) : null;
    }

    /** The version of Linux that the kernel was built from, as three numbers; null where unknown. */
    public @Nullable String kernel() {
        Matcher matcher = KERNEL.matcher(kernelVersion);
        return matcher.matches() ? matcher.group(1) + Objects.requireNonNullElse(matcher.group(2), ".0") : null;
    }

    /**
     * Whether the kernel is Enterprise Linux 7's own, 3.10.0 with nearly everything backported: {@code
     * 3.10.0-957.el7.x86_64}. Kernels from elsewhere that are packaged for it have other numbers.
     */
    public boolean hasEl7Kernel() {
        return kernelVersion.startsWith("3.10.0-") && kernelVersion.contains(".el7");
    }

    /**
     * Whether the packages are Enterprise Linux 7's. Its OpenShift nodes may report {@code Red Hat Enterprise Linux} or
     * {@code OpenShift} without a number; there the kernel shows it.
     */
    public boolean isEl7() {
        boolean unnumbered = osImage.matches("(Red Hat Enterprise Linux|OpenShift)( Server)?");
        return EL7.matcher(osImage).matches() || (unnumbered && kernelVersion.contains(".el7"));
    }
}
