package io.probeguard.cli;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.probeguard.catalogue.Catalogue;
import io.probeguard.cluster.Inventory;
import io.probeguard.evidence.CanaryPatch;
import io.probeguard.evidence.CanaryPods;
import io.probeguard.evidence.CanaryReport;
import io.probeguard.evidence.CanaryReport.Row;
import io.probeguard.evidence.CanaryResult;
import io.probeguard.evidence.CanaryRun;
import io.probeguard.evidence.CanarySettings;
import io.probeguard.evidence.Interruption;
import io.probeguard.manifest.Inputs;
import io.probeguard.manifest.Inputs.BadInputException;
import io.probeguard.node.Fleet;
import io.probeguard.node.Fleet.Member;
import io.probeguard.output.CanaryText;
import io.probeguard.output.Json;
import io.probeguard.text.Suggestions;
import io.probeguard.text.Wording;
import io.probeguard.yaml.DocumentException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code probe-guard canary}: does exec work on the nodes? */
@Command(
        description = {
            "Asks every node whether exec works, by a pod that is nothing but exec probes.",
            "A pod of a few megabytes without any privilege is put on each node, some at a time,",
            "watched and removed: also after Ctrl-C, and at the next run what an earlier one left.",
            "Two runs at once in one namespace disturb each other. Needs to list nodes, and to list,",
            "create and delete pods and list Events in its namespace.",
            "",
            "Nodes with Docker (dockershim) are asked only when named, and one at a time: where exec",
            "hangs there, asking stops the node. Its kubelet then starts no pod for minutes, the node",
            "becomes NotReady, and the canary cannot be removed before its runtime is restarted."
        },
        footerHeading = "%nExit codes%n",
        footer = {
            "  0  exec gets there on every node that was asked",
            "  1  it is broken on one, or nothing could be said of one, or a pod could not be removed",
            "  2  wrong usage, a file that cannot be read, or a cluster that does not answer",
            "  3  internal error",
            "",
            "Examples",
            "  probe-guard canary                            every node but those with Docker",
            "  probe-guard canary worker-4 worker-5          these, whatever they run",
            "  probe-guard canary -l pool=el7 -n kube-system --image registry.local/pause:3.9"
        })
final class CanaryCommand implements Callable<Integer> {
    /** Kubelet 1.20 was seen to need 80 seconds to remove a pod on a busy machine. */
    private static final Duration LONGEST_REMOVAL = Duration.ofSeconds(150);

    /** Beyond the time that a node is given; nobody may be left to remove its pod. */
    private static final Duration SPARE = Duration.ofMinutes(5);

    private static final String OVER_DOCKER =
            "Docker; asked only when named, since asking stops the node where exec hangs";

    enum Format {
        text,
        json
    }

    @Spec
    private CommandSpec spec;

    @Mixin
    private ClusterOptions cluster;

    @Parameters(paramLabel = "NODE", arity = "0..*", description = "Default: every node but those with Docker.")
    private List<String> named = List.of();

    @Option(
            names = {"-l", "--selector"},
            paramLabel = "LABELS",
            description = "Asks the nodes with these labels, as kubectl takes them.")
    private @Nullable String selector;

    @Option(
            names = {"-n", "--namespace"},
            paramLabel = "NAMESPACE",
            description = "Where the pods are made. Default: the kubeconfig's.")
    private @Nullable String namespace;

    @Option(
            names = "--image",
            paramLabel = "IMAGE",
            defaultValue = CanarySettings.PAUSE_IMAGE,
            description = "What the pods run; its entrypoint must keep running. Some builds break exec for some images "
                    + "only. Default: ${DEFAULT-VALUE}.")
    private String image;

    @Option(
            names = "--command",
            paramLabel = "COMMAND",
            description = "What is run in it by exec, its words separated by spaces; must end at once, without an "
                    + "error. Default: /pause -v.")
    private @Nullable String command;

    @Option(
            names = "--patch",
            paramLabel = "FILE",
            description = "A part of a Pod that is merged into each: what this cluster's pods need, such as "
                    + "hostNetwork. A container named \"*\" means each.")
    private @Nullable Path patch;

    @Option(
            names = "--parallel",
            paramLabel = "N",
            defaultValue = "10",
            description = "How many nodes are asked at a time. Default: ${DEFAULT-VALUE}.")
    private int parallel;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "4m",
            converter = DurationConverter.class,
            description = "After which a node is given up; less than 4m may be too short to tell a hang. Default: "
                    + "${DEFAULT-VALUE}.")
    private Duration timeout;

    @Option(
            names = "--keep",
            description = "Leaves the pods with probes for you to look at; the next run removes them.")
    private boolean keep;

    @Mixin
    private CatalogueOptions catalogueOptions;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "text or json. Default: ${DEFAULT-VALUE}.")
    private Format format;

    /** Which nodes are asked, and which are not, with the reason. */
    private record Choice(List<Member> members, Map<String, String> skipped) {
        List<String> names(boolean overDocker) {
            return members.stream()
                    .filter(member -> isOverDocker(member) == overDocker)
                    .map(member -> member.facts().name())
                    .toList();
        }

        Member member(String name) {
            return members.stream()
                    .filter(member -> member.facts().name().equals(name))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Override
    public Integer call() throws InterruptedException {
        if (selector != null && !named.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "--selector and names of nodes are two ways; choose one");
        }
        if (parallel < 1) {
            throw new ParameterException(spec.commandLine(), "--parallel: at least 1");
        }
        CanarySettings settings = settings();
        Catalogue catalogue = catalogueOptions.catalogue();
        CanaryReport report;
        try (KubernetesClient client = cluster.client()) {
            try {
                report = report(client, settings, catalogue);
            } catch (KubernetesClientException e) {
                throw ClusterOptions.failure(client, e);
            }
        }
        switch (format) {
            case text -> CanaryText.writeLeft(report.left(), out());
            case json -> Json.writeReport(report, out());
        }
        return report.isClean() ? 0 : 1;
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    private CanarySettings settings() {
        try {
            CanaryPatch read = patch == null ? null : CanaryPatch.read(Inputs.text(patch, "--patch"));
            List<String> words = command == null
                    ? CanarySettings.PAUSE_VERSION
                    : List.of(command.strip().split("\\s+"));
            return new CanarySettings(image, words, read, timeout.plus(SPARE));
        } catch (DocumentException e) {
            throw new BadInputException(e.located());
        }
    }

    /** The nodes are printed at once if that is as text, since removal may take minutes. */
    private CanaryReport report(KubernetesClient client, CanarySettings settings, Catalogue catalogue)
            throws InterruptedException {
        Fleet fleet = Fleet.of(new Inventory(client).nodes(count -> {}), catalogue);
        Choice choice = choose(client, fleet);
        String own = namespace == null ? Objects.requireNonNullElse(client.getNamespace(), "default") : namespace;
        CanaryRun run = new CanaryRun(new CanaryPods(client, own), settings, timeout, keep);
        Progress progress = new Progress(spec.commandLine().getErr());
        List<CanaryResult> results = new ArrayList<>();
        try (Interruption interruption = new Interruption()) {
            try {
                run.removeAll();
                Consumer<CanaryResult> told = told(progress, choice);
                progress.show(Wording.count(choice.members().size(), "node") + " to ask");
                results.addAll(run.ask(choice.names(false), parallel, told));
                results.addAll(run.ask(choice.names(true), 1, told));
            } finally {
                Interruption.hold();
                if (!keep) {
                    run.removeAll();
                }
            }
            progress.done();
            CanaryReport report = new CanaryReport(
                    results.stream()
                            .map(result -> Row.of(result, choice.member(result.node())))
                            .toList(),
                    choice.skipped(),
                    Map.of());
            if (format == Format.text) {
                CanaryText.write(report, out());
                out().flush();
            }
            if (keep || interruption.isAsked()) {
                return report;
            }
            Map<String, String> left = run.awaitRemoval(
                    LONGEST_REMOVAL, count -> progress.show("removing " + Wording.count(count, "canary pod")));
            return report.withLeft(left);
        } catch (DocumentException e) {
            throw new BadInputException(e.located());
        } finally {
            progress.done();
        }
    }

    /** @throws BadInputException if a node that was named is not there, or none is selected */
    private Choice choose(KubernetesClient client, Fleet fleet) {
        Map<String, Member> all = new LinkedHashMap<>();
        fleet.members().forEach(member -> all.put(member.facts().name(), member));
        for (String name : named) {
            if (!all.containsKey(name)) {
                String near = String.join(" or ", Suggestions.to(name, all.keySet()));
                throw new BadInputException("no node \"" + name + "\" in the cluster"
                        + (near.isEmpty() ? "" : "; did you mean " + near + "?"));
            }
        }
        Set<String> wanted = named.isEmpty() ? selected(client, all) : new LinkedHashSet<>(named);
        if (wanted.isEmpty()) {
            throw new BadInputException(
                    selector == null ? "no node in the cluster" : "no node has the labels \"" + selector + "\"");
        }
        List<Member> members = new ArrayList<>();
        Map<String, String> skipped = new LinkedHashMap<>();
        for (String name : wanted) {
            Member member = all.get(name);
            if (member == null) {
                continue; // came meanwhile
            }
            if ("windows".equals(member.facts().labels().get("kubernetes.io/os"))) {
                skipped.put(name, "Windows; the pause image knows -v there since 3.10, which was not tried");
            } else if (named.isEmpty() && isOverDocker(member)) {
                skipped.put(name, OVER_DOCKER);
            } else {
                members.add(member);
            }
        }
        return new Choice(members, skipped);
    }

    /** The API server knows what selectors mean. */
    private Set<String> selected(KubernetesClient client, Map<String, Member> all) {
        return selector == null
                ? all.keySet()
                : client.nodes().withLabelSelector(selector).list().getItems().stream()
                        .map(node -> node.getMetadata().getName())
                        .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private static boolean isOverDocker(Member member) {
        return member.facts().info().containerRuntimeVersion().startsWith("docker://");
    }

    private static Consumer<CanaryResult> told(Progress progress, Choice choice) {
        int[] count = {0};
        return result -> {
            count[0]++;
            progress.show(count[0] + " of " + choice.members().size() + " nodes asked, the last: " + result.node() + " "
                    + result.verdict().word());
        };
    }
}
