package io.probeguard.catalogue;

import io.probeguard.catalogue.AffectedVersion.By;
import io.probeguard.catalogue.NodeInfo.ContainerRuntime;
import io.probeguard.catalogue.VersionRange.Scheme;
import io.probeguard.text.Keyword;
import io.probeguard.text.SourceText;
import io.probeguard.yaml.Documents;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Under which names container runtimes are installed, and which releases of them come with something else; the data is
 * {@code aliases.yaml}.
 */
record Aliases(List<Alias> packages, List<Bundle> bundles, List<Distribution> distributions) {
    static final Aliases BUILT_IN = builtIn();

    /**
     * A package of a component under another name.
     *
     * @param kinds of packages that have this name
     * @param notReleased versions of the component that were never packaged under this name; null where that is not known
     */
    record Alias(
            String name,
            String component,
            List<By> kinds,
            @Nullable String notReleased,
            List<String> sources) {
        boolean wasReleased(String version) {
            return notReleased == null
                    || !VersionRange.parse(Scheme.SEMVER, notReleased).contains(version);
        }
    }

    /** What else a package has in it: of one component the release, by versions of the package. */
    record Bundle(String name, String component, List<Release> releases, List<String> sources) {}

    /**
     * What a distribution of Kubernetes, or an image of nodes, has in it.
     *
     * @param name such as {@code k3s}, for a person
     * @param by where a node says its release
     * @param label the node's label that says it; null where something else does
     * @param pattern what is said there, with the group {@code version}
     */
    record Distribution(
            String name,
            SaidBy by,
            @Nullable String label,
            String pattern,
            List<Release> releases,
            List<String> sources) {
        @Nullable
        String version(@Nullable String said) {
            Matcher matcher = Pattern.compile(pattern).matcher(Objects.requireNonNullElse(said, ""));
            return matcher.matches() ? matcher.group("version") : null;
        }
    }

    /** What of a node says which release of a distribution it is. */
    enum SaidBy implements Keyword {
        KUBELET,
        OS_IMAGE,
        LABEL
    }

    /**
     * Releases that have the same in them.
     *
     * @param from the first
     * @param to the last
     */
    record Release(
            String from,
            @Nullable String to,
            @Nullable String containerd,
            @Nullable String runc) {
        /** False of what is no version, as anybody who may write to a node can name one. */
        boolean contains(String version) {
            return Scheme.DEB.isVersion(version)
                    && Scheme.DEB.compare(from, version) <= 0
                    && Scheme.DEB.compare(version, Objects.requireNonNullElse(to, from)) <= 0;
        }

        private List<PackageVersion> components() {
            List<PackageVersion> components = new ArrayList<>();
            if (containerd != null) {
                components.add(release("containerd", containerd));
            }
            if (runc != null) {
                components.add(release("runc", runc));
            }
            return components;
        }
    }

    /**
     * A component that comes with something else.
     *
     * @param how a sentence: {@code k3s v1.34.3+k3s1 ships runc 1.4.0}
     * @param distribution that it comes with; null where it comes with a package
     * @param version of that
     */
    record Shipped(
            PackageVersion component, String how, @Nullable Distribution distribution, String version) {}

    private static Aliases builtIn() {
        try (InputStream in = Aliases.class.getResourceAsStream("aliases.yaml")) {
            JsonMapper mapper = JsonMapper.builder()
                    .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .build();
            return Documents.parseOne(
                            new SourceText("aliases.yaml", new String(in.readAllBytes(), StandardCharsets.UTF_8)))
                    .read(mapper, JsonPointer.empty(), Aliases.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * A release of a component as the projects themselves number them. Debian's rules order those as meant, once a hyphen
     * before a candidate is a tilde.
     */
    static PackageVersion release(String component, String version) {
        return new PackageVersion(Scheme.DEB, component, packaged(version));
    }

    /** A release in a package's version. */
    static String packaged(String release) {
        return release.replaceFirst("-(?=rc|beta|alpha)", "~");
    }

    /** What a package is one of, whatever its name; names that are not known stand for themselves. */
    String component(String packageName) {
        return alias(packageName).map(Alias::component).orElse(packageName);
    }

    Optional<Alias> alias(String packageName) {
        return packages.stream()
                .filter(alias -> alias.name().equals(packageName))
                .findFirst();
    }

    /** The other names of packages of a component. */
    Stream<String> names(String component, By kind) {
        return packages.stream()
                .filter(alias ->
                        alias.component().equals(component) && alias.kinds().contains(kind))
                .map(Alias::name);
    }

    /** What comes with an installed package. */
    Optional<Shipped> bundledWith(PackageVersion installed) {
        String version = installed.version().replaceFirst("-\\d.*", "");
        return bundles.stream()
                .filter(bundle -> bundle.name().equals(installed.name()))
                .flatMap(bundle -> bundle.releases().stream())
                .filter(release -> release.contains(version) || release.contains(installed.version()))
                .flatMap(release -> release.components().stream())
                .map(component -> new Shipped(component, installed + " bundles " + component, null, version))
                .findFirst();
    }

    /**
     * What comes with a node's distribution. Its containerd must be the one that the node reports: a node may be told to use
     * another one.
     */
    List<Shipped> shippedWith(NodeInfo info, Map<String, String> labels) {
        ContainerRuntime runtime = info.runtime();
        if (runtime == null || !runtime.name().equals("containerd")) {
            return List.of();
        }
        List<Shipped> shipped = new ArrayList<>();
        for (Distribution distribution : distributions) {
            String said = switch (distribution.by()) {
                case KUBELET -> info.kubeletVersion();
                case OS_IMAGE -> info.osImage();
                case LABEL -> labels.get(Objects.requireNonNull(distribution.label()));
            };
            String version = distribution.version(said);
            if (version != null) {
                String subject = (distribution.by() == SaidBy.KUBELET ? distribution.name() + " " : "") + said;
                distribution.releases().stream()
                        .filter(release -> release.contains(version) && isOf(runtime, release))
                        .flatMap(release -> release.components().stream())
                        .map(component ->
                                new Shipped(component, subject + " ships " + component, distribution, version))
                        .forEach(shipped::add);
            }
        }
        return shipped;
    }

    private static boolean isOf(ContainerRuntime runtime, Release release) {
        return release.containerd() == null
                || release.containerd().replaceFirst("-.*", "").equals(runtime.version());
    }
}
