package io.probeguard.catalogue;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.probeguard.catalogue.NodeInfo.ContainerRuntime;
import io.probeguard.catalogue.VersionRange.Scheme;
import io.probeguard.text.Keyword;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One way in which a catalogue entry is recognised.
 *
 * @param by what {@code name} and {@code versions} are about
 * @param name of the package or program, or of the runtime as in nodeInfo ({@code docker}, {@code containerd}, {@code
 *     cri-o})
 * @param versions without epochs
 * @param release a part of what follows the version proper: of the RPM release, such as {@code .el7}, or of the runtime's
 *     revision in nodeInfo
 * @param where what else must be true of the node; null where nothing must
 * @param settledBy a command that settles on the node whether the match is right; null where it is sure
 */
public record AffectedVersion(
        By by,
        String name,
        VersionRange versions,
        @Nullable String release,
        @Nullable NodeConstraint where,
        @Nullable String settledBy) {

    /** Version and release of an RPM without what a distribution adds to its own. */
    private static final Pattern WITHOUT_DIST = Pattern.compile("[^-]+-[0-9.]+");

    public enum By implements Keyword {
        RPM("rpm", Scheme.RPM),
        DEB("deb", Scheme.DEB),
        /** The release of Go that a program was built with. */
        GO_VERSION("goVersion", Scheme.GO),
        /** When a program was built: a distribution's own rebuild has a time of its own. */
        BUILD_TIME("buildTime", Scheme.BUILD_TIME),
        /** A runtime and its version, as the kubelet reports them. */
        NODE_INFO("nodeInfo", Scheme.SEMVER);

        private final String word;
        private final Scheme scheme;

        By(String word, Scheme scheme) {
            this.word = word;
            this.scheme = scheme;
        }

        @Override
        public String word() {
            return word;
        }

        boolean isPackage() {
            return this == RPM || this == DEB;
        }
    }

    @JsonCreator
    static AffectedVersion read(
            @JsonProperty("by") @Nullable By by,
            @JsonProperty("name") @Nullable String name,
            @JsonProperty("versions") @Nullable String versions,
            @JsonProperty("release") @Nullable String release,
            @JsonProperty("where") @Nullable NodeConstraint where,
            @JsonProperty("settledBy") @Nullable String settledBy) {
        if (by == null || name == null || versions == null) {
            throw new IllegalArgumentException("by, name and versions are required");
        }
        if (versions.contains(":")) {
            throw new IllegalArgumentException(
                    "\"" + versions + "\" has an epoch: leave it out, epochs are not compared");
        }
        return new AffectedVersion(by, name, VersionRange.parse(by.scheme, versions), release, where, settledBy);
    }

    /** Whether it may be this, on some node. */
    boolean matches(PackageVersion installed) {
        return isAbout(installed)
                && (release == null || installed.version().contains(release))
                && versions.contains(installed.version());
    }

    /**
     * A package whose release was not written to its end, as this has it: {@code docker-1.13.1-84.el7} for {@code
     * docker-1.13.1-84}; null where that would not match either.
     */
    @Nullable
    PackageVersion completed(PackageVersion installed) {
        if (release == null || !WITHOUT_DIST.matcher(installed.version()).matches()) {
            return null;
        }
        PackageVersion whole = new PackageVersion(installed.scheme(), installed.name(), installed.version() + release);
        return matches(whole) ? whole : null;
    }

    /** Whether it is this, on such a node. */
    boolean matches(PackageVersion installed, NodeInfo info) {
        return matches(installed) && holdsOn(info);
    }

    /** @param runtime of the node, taken out of {@code info} once for many calls; null where unknown */
    boolean matches(@Nullable ContainerRuntime runtime, NodeInfo info) {
        return by == By.NODE_INFO
                && runtime != null
                && name.equals(runtime.name())
                && (release == null || runtime.revision().contains(release))
                && versions.contains(runtime.version())
                && holdsOn(info);
    }

    private boolean holdsOn(NodeInfo info) {
        return where == null || where.holds(info);
    }

    /** Whether it is about that package, or about how that program was built, whatever its version. */
    boolean isAbout(PackageVersion installed) {
        return by.scheme == installed.scheme()
                && (name.equals(installed.name()) || name.equals(Aliases.BUILT_IN.component(installed.name())));
    }

    /**
     * Whether that package, known not to match, proves that a node does not run the build after all. Another build time
     * does not: the same release is built by each distributor at a time of its own.
     */
    public boolean isRuledOutBy(PackageVersion installed) {
        return by != By.BUILD_TIME && isAbout(installed);
    }

    /** Whether it is about packages of one kind, whatever their release. */
    boolean isOf(Scheme scheme) {
        return by.isPackage() && by.scheme == scheme && release == null;
    }

    /** Whether it is about what nodes report of a runtime, whatever its revision. */
    boolean isReportOf(String runtime) {
        return by == By.NODE_INFO && name.equals(runtime) && release == null;
    }

    /** Whether a runtime's version has more than its numbers, and this compares only those. */
    boolean isBlindTo(@Nullable ContainerRuntime runtime) {
        return runtime != null && by == By.NODE_INFO && release == null && runtime.isRevised();
    }
}
