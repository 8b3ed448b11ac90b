package io.probeguard.cli;

import io.probeguard.kubelet.Fault;
import io.probeguard.kubelet.Faults;
import io.probeguard.kubelet.KubeletVersion;
import io.probeguard.kubelet.NodeSoftware;
import io.probeguard.kubelet.NodeSoftware.ContainerRuntime;
import io.probeguard.kubelet.Scenario;
import io.probeguard.kubelet.Scenario.OnTerm;
import io.probeguard.manifest.Inputs.BadInputException;
import io.probeguard.manifest.ManifestFiles;
import io.probeguard.manifest.ManifestFiles.Source;
import io.probeguard.manifest.ManifestReview;
import io.probeguard.manifest.SimulatedManifests;
import io.probeguard.manifest.SimulatedPod;
import io.probeguard.manifest.SimulationReport;
import io.probeguard.output.SimulationJson;
import io.probeguard.output.SimulationOutput;
import io.probeguard.output.SimulationPage;
import io.probeguard.output.SimulationText;
import io.probeguard.probe.Container;
import io.probeguard.probe.Handler;
import io.probeguard.probe.PodSpec;
import io.probeguard.text.Failures;
import io.probeguard.text.SourceText;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code probe-guard simulate}: what a kubelet makes of pods whose exec goes wrong. */
@Command(
        description = {
            "Predicts what a kubelet does with pods when exec into them goes wrong, and when.",
            "Needs no cluster and no broken node. Each pod is simulated many times with the rules of that",
            "kubelet, with everything that varies in practice (when within its period a probe runs, how long a",
            "start takes) at its bounds, so each event has an earliest and a latest second, counted from",
            "the first start of a container. Programs run until they get SIGTERM, init containers complete",
            "at once, and every probe and hook that no fault names passes at once, whatever its handler."
        },
        footerHeading = "%nFaults%n",
        footer = {
            "  [CONTAINER[/HANDLER]=]KIND[@SECONDS]; HANDLER: liveness, readiness, startup, postStart, preStop.",
            "  @SECONDS: how long after each start of the container the fault begins.",
            "  Faults of the command, which runs:",
            "    command-fails      it exits non-zero",
            "    command-slow:S     it takes S seconds",
            "  Faults of exec itself, so that the command does not run, or runs late:",
            "    always-fails       every exec fails",
            "    sometimes-fails:N  every Nth exec into the container fails",
            "    hangs              exec never returns: the runtime itself is stuck",
            "    slow:S             every exec starts its command S seconds late",
            "    may-fail, may-hang, may-be-slow:S, no-answer, may-not-answer, command-may-be-slow:S",
            "                       any exec may, and none has to",
            "  Where both apply to a handler, a fault of exec precedes one of the command; of two faults of",
            "  the same layer, the more specific wins, then the last.",
            "",
            "Exit codes",
            "  0  the simulation was printed",
            "  2  wrong usage, or an input that could not be read",
            "  3  an internal error",
            "",
            "Examples",
            "  probe-guard simulate pod.yaml --fault always-fails",
            "                                        exec is broken on the newest kubelet: what happens?",
            "  probe-guard simulate pod.yaml --fault always-fails --kubelet v1.20.2 --runtime docker://20.10.24",
            "                                        and on one with Docker?",
            "  probe-guard simulate pod.yaml --fault app/liveness=command-slow:3@60",
            "                                        a minute after each start its liveness command needs 3 s",
            "  probe-guard simulate deploy/ --fault app/preStop=hangs --delete-at 60 --for 5m -o json",
            "  helm template . | probe-guard simulate - --fault sometimes-fails:3 -o html > exec.html"
        })
final class SimulateCommand implements Callable<Integer> {
    private static final Duration LONGEST = Duration.ofHours(24);

    enum Format {
        text,
        json,
        html
    }

    static final class Programs {
        @Option(
                names = "--grace-exit",
                paramLabel = "CODE",
                defaultValue = "0",
                description = "Programs end at once on SIGTERM, with this exit code. Default: 0.")
        int exitCode;

        @Option(
                names = "--ignores-term",
                description = "Programs ignore SIGTERM, and are killed after their grace period.")
        boolean ignoreTerm;
    }

    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "FILE",
            arity = "1..*",
            description = {
                "Manifests of workloads: files, folders (every .yaml, .yml and .json file below), or - for standard "
                        + "input. One pod of each is simulated; of a Job also those that follow it."
            })
    private List<String> paths;

    @Option(
            names = "--fault",
            paramLabel = "FAULT",
            description = "What goes wrong; see Faults below. Can be repeated.")
    private List<String> faults = List.of();

    @Option(
            names = "--kubelet",
            paramLabel = "VERSION",
            defaultValue = KubeletVersion.NEWEST,
            description = "The node's kubeletVersion, with or without the v. Default: ${DEFAULT-VALUE}.")
    private String kubelet;

    @Option(
            names = "--runtime",
            paramLabel = "RUNTIME",
            defaultValue = ContainerRuntime.NEWEST,
            description = {
                "The node's containerRuntimeVersion: containerd://..., cri-o://... or docker://..., which means "
                        + "cri-dockerd on 1.24 and later. Default: ${DEFAULT-VALUE}."
            })
    private String runtime;

    @Option(
            names = "--for",
            paramLabel = "TIME",
            defaultValue = "15m",
            converter = DurationConverter.class,
            description = "How much time to simulate: 90s, 15m, 2h. Default: ${DEFAULT-VALUE}.")
    private Duration length;

    @ArgGroup
    private final Programs programs = new Programs();

    @Option(
            names = "--delete-at",
            paramLabel = "SECONDS",
            description = "Delete each pod this many seconds after its first container starts.")
    private @Nullable Double deleteAt;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "text, json, or html (a self-contained page). Default: ${DEFAULT-VALUE}.")
    private Format format;

    @Override
    public Integer call() {
        if (length.compareTo(LONGEST) > 0 || length.isZero()) {
            throw new ParameterException(spec.commandLine(), "--for must be between 1s and 24h, not " + length);
        }
        if (deleteAt != null && deleteAt < 0) {
            throw new ParameterException(spec.commandLine(), "--delete-at must not be negative");
        }
        PrintWriter err = spec.commandLine().getErr();
        SimulatedManifests manifests = new SimulatedManifests();
        readAll(manifests);
        Faults given =
                new Faults(faults.stream().map(fault -> fault(fault, manifests)).toList());
        NodeSoftware node = node();
        List<SimulatedPod> pods = new ArrayList<>();
        for (SimulatedManifests.Found found : manifests.found()) {
            pods.addAll(SimulatedPod.of(found, scenario(found, node, given)));
        }
        PrintWriter out = spec.commandLine().getOut();
        output().write(new SimulationReport(node, faults, pods), out);
        out.flush();
        manifests.errors().forEach(error -> err.println("error: " + error.located()));
        return manifests.errors().isEmpty() ? 0 : ProbeGuard.USAGE;
    }

    private void readAll(SimulatedManifests manifests) {
        for (Source source : ManifestFiles.expand(paths, manifests::add)) {
            try {
                SourceText text = ManifestFiles.read(source, System.in);
                manifests.add(text);
            } catch (IOException e) {
                manifests.add(new ManifestReview.InputError(source.name(), null, null, Failures.message(e)));
            }
        }
        if (manifests.found().isEmpty() && manifests.errors().isEmpty()) {
            throw new BadInputException(String.join(", ", paths) + ": no workload found");
        }
    }

    private NodeSoftware node() {
        try {
            KubeletVersion.parse(kubelet);
        } catch (IllegalArgumentException e) {
            throw new BadInputException("--kubelet: " + e.getMessage());
        }
        try {
            return NodeSoftware.of(kubelet, runtime);
        } catch (IllegalArgumentException e) {
            throw new BadInputException("--runtime: " + e.getMessage());
        }
    }

    /** Reads a fault, and checks that there is what it names. */
    private static Fault fault(String text, SimulatedManifests manifests) {
        Fault fault;
        try {
            fault = Fault.parse(text);
        } catch (IllegalArgumentException e) {
            throw new BadInputException("--fault " + text + ": " + e.getMessage());
        }
        if (fault.container() == null || !manifests.errors().isEmpty()) {
            return fault;
        }
        List<Container> all = manifests.found().stream()
                .flatMap(found -> containers(found.workload().workload().pod()))
                .toList();
        List<Container> named = all.stream()
                .filter(each -> fault.container().equals(each.name()))
                .toList();
        if (named.isEmpty()) {
            throw new BadInputException("--fault " + text + ": no pod has a container \"" + fault.container()
                    + "\"; containers: "
                    + all.stream()
                            .map(Container::name)
                            .filter(name -> name != null)
                            .collect(Collectors.toCollection(TreeSet::new)));
        }
        if (fault.handler() != null && named.stream().noneMatch(each -> fault.canHit(each))) {
            throw new BadInputException("--fault " + text + ": container " + fault.container() + " has no "
                    + fault.handler() + (fault.kind().isOfExec() ? " that calls exec" : "") + "; "
                    + fault.container() + " has: " + handlers(named));
        }
        return fault;
    }

    private static String handlers(List<Container> containers) {
        String all = Stream.of(Handler.values())
                .filter(handler -> containers.stream().anyMatch(each -> each.has(handler)))
                .map(handler ->
                        handler + (containers.stream().anyMatch(each -> each.execs(handler)) ? "" : " (not exec)"))
                .collect(Collectors.joining(", "));
        return all.isEmpty() ? "none" : all;
    }

    private static Stream<Container> containers(PodSpec pod) {
        return Stream.concat(pod.initContainers().stream(), pod.containers().stream())
                .filter(container -> container != null);
    }

    private Scenario scenario(SimulatedManifests.Found found, NodeSoftware node, Faults given) {
        return new Scenario(
                found.workload().workload().pod(),
                node,
                given,
                new OnTerm(programs.ignoreTerm ? null : (Integer) programs.exitCode),
                deleteAt,
                found.workload().workload().job(),
                length.toMillis() / 1000.0);
    }

    private SimulationOutput output() {
        return switch (format) {
            case text -> new SimulationText();
            case json -> new SimulationJson();
            case html -> new SimulationPage();
        };
    }
}
