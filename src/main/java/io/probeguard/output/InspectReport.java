package io.probeguard.output;

import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.probeguard.catalogue.Catalogue;
import io.probeguard.catalogue.CatalogueEntry;
import io.probeguard.catalogue.Effect;
import io.probeguard.catalogue.NodeInfo;
import io.probeguard.catalogue.PackageVersion;
import io.probeguard.catalogue.VersionRange.Scheme;
import io.probeguard.host.Host;
import io.probeguard.host.InspectedSource;
import io.probeguard.node.Flag;
import io.probeguard.node.FlaggedNodes;
import io.probeguard.node.Fleet;
import io.probeguard.node.NodeFacts;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What was found on a node, and the flags that follow from it. {@code -o json} prints exactly these fields.
 *
 * @param packages value of the annotation {@code probe-guard.io/packages}; empty where the catalogue knows none of them
 * @param packagesKnown whether a package list could be read, so that an empty value means that there are none
 * @param flags what a node with these packages and runtimes is flagged for
 */
public record InspectReport(String packages, boolean packagesKnown, List<JsonFlag> flags, List<JsonSource> sources) {

    /** @param strength {@code confirmed} or {@code suspected} */
    public record JsonFlag(String strength, String reason, List<Build> builds) {}

    public record Build(String id, Effect effect, String remedy) {}

    /** @param failed whether it exists but could not be read */
    public record JsonSource(String source, boolean answered, boolean failed, String detail) {}

    public static InspectReport of(Host host, Catalogue catalogue) {
        List<InspectedSource> findings = host.inspect(catalogue);
        String packages = findings.stream()
                .flatMap(finding -> finding.packages().stream())
                .map(PackageVersion::word)
                .distinct()
                .collect(Collectors.joining(", "));
        return new InspectReport(
                packages,
                findings.stream().anyMatch(InspectReport::listsPackages),
                flags(host, catalogue, findings, packages),
                findings.stream()
                        .map(finding -> new JsonSource(
                                finding.source(), finding.answered(), finding.failed(), finding.detail()))
                        .toList());
    }

    /**
     * The new value of the annotation. Packages of a package list that exists but could not be read this time are kept from
     * the present value, except for those that another source reports now.
     *
     * @param present the present value; null where there is none
     * @return null where there should be no annotation
     */
    @Nullable
    public String annotation(@Nullable String present) {
        if (!packagesKnown && packages.isEmpty()) {
            return present;
        }
        List<PackageVersion> now = PackageVersion.parseList(packages);
        String wanted = Stream.concat(
                        now.stream(),
                        PackageVersion.parseList(present == null ? "" : present).stream()
                                .filter(before -> hasFailed(before.scheme()))
                                .filter(before -> now.stream()
                                        .noneMatch(each -> each.name().equals(before.name()))))
                .map(PackageVersion::word)
                .distinct()
                .collect(Collectors.joining(", "));
        return wanted.isEmpty() ? null : wanted;
    }

    private boolean hasFailed(Scheme scheme) {
        String list = switch (scheme) {
            case RPM -> "rpm";
            case DEB -> "dpkg";
            case GO, BUILD_TIME, SEMVER -> "";
        };
        return sources.stream()
                .anyMatch(source -> source.failed() && source.source().equals(list));
    }

    private static boolean listsPackages(InspectedSource finding) {
        return finding.answered()
                && (finding.runtime() == null
                        || finding.packages().stream()
                                .anyMatch(each -> each.scheme() == Scheme.RPM || each.scheme() == Scheme.DEB));
    }

    /**
     * The flags of nodes with these packages, one node for each runtime: which runtime the kubelet uses, and its version,
     * are unknown here.
     */
    private static List<JsonFlag> flags(
            Host host, Catalogue catalogue, List<InspectedSource> findings, String packages) {
        List<String> runtimes = findings.stream()
                .map(InspectedSource::runtime)
                .filter(Objects::nonNull)
                .toList();
        List<NodeFacts> nodes = (runtimes.isEmpty() ? Stream.of("") : runtimes.stream())
                .map(runtime -> node(packages, host.nodeInfo(runtime)))
                .toList();
        return Fleet.of(nodes, catalogue).flagged().stream()
                .map(FlaggedNodes.Node::flag)
                .distinct()
                .map(InspectReport::json)
                .toList();
    }

    private static NodeFacts node(String packages, NodeInfo info) {
        return NodeFacts.of(new NodeBuilder()
                .withNewMetadata()
                .withName(info.containerRuntimeVersion())
                .addToAnnotations(NodeFacts.PACKAGES_ANNOTATION, packages)
                .endMetadata()
                .withNewStatus()
                .withCapacity(info.cpus() == null ? Map.of() : Map.of("cpu", new Quantity(String.valueOf(info.cpus()))))
                .withNewNodeInfo()
                .withContainerRuntimeVersion(info.containerRuntimeVersion())
                .withOsImage(info.osImage())
                .withKernelVersion(info.kernelVersion())
                .endNodeInfo()
                .endStatus()
                .build());
    }

    private static JsonFlag json(Flag flag) {
        return new JsonFlag(
                flag.strength().word(),
                flag.reason(),
                flag.builds().stream().map(InspectReport::json).toList());
    }

    private static Build json(CatalogueEntry entry) {
        return new Build(entry.id(), entry.effect(), entry.remedy());
    }

    public boolean isFlagged() {
        return flags.stream().anyMatch(flag -> flag.strength().equals("confirmed"));
    }
}
