package io.probeguard.cli;

import io.probeguard.catalogue.Catalogue;
import io.probeguard.catalogue.CatalogueEntry;
import io.probeguard.catalogue.PackageVersion;
import io.probeguard.manifest.Baseline;
import io.probeguard.manifest.FileReview;
import io.probeguard.manifest.Inputs;
import io.probeguard.manifest.Inputs.BadInputException;
import io.probeguard.manifest.ManifestFiles;
import io.probeguard.manifest.ManifestFiles.Source;
import io.probeguard.manifest.ManifestReview;
import io.probeguard.manifest.ManifestReview.InputError;
import io.probeguard.node.Fleet;
import io.probeguard.output.FailOn;
import io.probeguard.output.Json;
import io.probeguard.output.JsonOutput;
import io.probeguard.output.JunitOutput;
import io.probeguard.output.PatchOutput;
import io.probeguard.output.ReviewOutput;
import io.probeguard.output.SarifOutput;
import io.probeguard.output.TextOutput;
import io.probeguard.policy.Policy;
import io.probeguard.text.Failures;
import io.probeguard.text.Wording;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code probe-guard review}: reviews manifests, without a cluster. */
@Command(
        description = {
            "Reviews the exec probes and hooks of manifests, without a cluster.",
            "Shows what happens to them on nodes whose container runtime breaks exec, and what a policy",
            "would do about it."
        },
        footerHeading = "%nExit codes%n",
        footer = {
            "  0  nothing is at or above --fail-on",
            "  1  something is at or above --fail-on",
            "  2  wrong usage, or input that could not be read (everything else is still reviewed)",
            "  3  internal error",
            "",
            "Examples",
            "  probe-guard review deploy/                            as if every node ran docker 1.13.1-84",
            "  kubectl get nodes -o yaml > nodes.yaml",
            "  probe-guard review --nodes nodes.yaml deploy/         against the nodes of a cluster",
            "  helm template . | probe-guard review -                a Helm chart, rendered first",
            "  probe-guard review --output patch deploy/ | git apply relax the timing in the files",
            "  probe-guard review --mode deny --fail-on deny deploy/ as a gate in CI",
            "  probe-guard review --changed-since origin/main deploy/ what a pull request changes",
            "  probe-guard review --write-baseline known.json deploy/ then, with --baseline known.json, only",
            "                                                        what is new counts"
        })
final class ReviewCommand implements Callable<Integer> {
    private static final String DEFAULT_BUILD = "docker-el7-1.13.1-84";

    /** Fewer files are read before other threads have started. */
    private static final int MIN_FOR_THREADS = 16;

    enum Format {
        text,
        json,
        sarif,
        junit,
        patch
    }

    static final class Nodes {
        @Option(
                names = "--nodes",
                paramLabel = "FILE",
                description = "Review against these nodes: the output of \"kubectl get nodes -o yaml\" (or json).")
        @Nullable
        Path file;

        @Option(
                names = "--assume",
                paramLabel = "BUILD",
                description = {
                    "Review as if every node ran this build: a catalogue id, or a package as rpm -q or "
                            + "dpkg-query -W prints it. Default without --nodes: " + DEFAULT_BUILD + "."
                })
        @Nullable
        String build;
    }

    @Spec
    private CommandSpec spec;

    @Mixin
    private ReviewInputs inputs;

    @ArgGroup
    private final Nodes nodes = new Nodes();

    static final class Known {
        @Option(
                names = "--baseline",
                paramLabel = "FILE",
                description =
                        "Leave out findings that are in this file; what is in it and not found any more is reported.")
        @Nullable
        Path file;

        @Option(
                names = "--write-baseline",
                paramLabel = "FILE",
                description = "Write all findings to this file, for --baseline; they do not count from now on.")
        @Nullable
        Path written;
    }

    @ArgGroup
    private final Known known = new Known();

    @Mixin
    private PolicyOptions policyOptions;

    @Option(
            names = "--fail-on",
            paramLabel = "WHAT",
            defaultValue = "warn",
            description = {
                "What exits with 1: skipped (anything that is not judged, and what warn says), warn, deny or never. "
                        + "Default: ${DEFAULT-VALUE}."
            })
    private FailOn failOn;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = {
                "text, json, sarif, junit, or patch: a diff that relaxes the timing of every probe that "
                        + "the policy acts on. Default: ${DEFAULT-VALUE}."
            })
    private Format format;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        Policy policy = policyOptions.policy();
        Catalogue catalogue = Catalogue.builtIn().with(policy.catalogue());
        Baseline baseline = known.file == null ? null : Inputs.baseline(known.file);
        ManifestReview review = readAll(fleet(catalogue, err), policy, err);
        if (known.written != null) {
            baseline = writeBaseline(review, known.written, err);
        }
        if (baseline != null) {
            review.compareWith(baseline);
        }
        output().write(review, out);
        if (format == Format.patch) {
            review.notJudged().forEach(each -> err.println("not judged: " + each.located()));
            review.errors().forEach(error -> err.println("error: " + error.located()));
        }
        review.stale()
                .forEach(entry -> err.println("warning: " + Wording.clean(String.valueOf(known.file))
                        + ": no longer found, remove it: " + entry.summary()));
        out.flush();
        err.flush();
        return exitCode(review);
    }

    private Baseline writeBaseline(ManifestReview review, Path file, PrintWriter err) {
        if (inputs.isChangedOnly()) {
            throw new BadInputException(
                    "--write-baseline and --changed-since are mutually exclusive: a baseline without"
                            + " the files that have not changed would forget what is in them");
        }
        Baseline baseline = Baseline.of(review, file);
        try (PrintWriter out = new PrintWriter(Files.newBufferedWriter(file))) {
            Json.write(baseline.content(), out);
        } catch (IOException e) {
            throw new BadInputException("--write-baseline: " + file + ": " + Failures.message(e));
        }
        err.println(Wording.clean(
                "wrote " + Wording.count(baseline.content().findings().size(), "finding") + " to " + file));
        return baseline;
    }

    private Fleet fleet(Catalogue catalogue, PrintWriter err) {
        if (nodes.file != null) {
            return Inputs.nodes(nodes.file, catalogue);
        }
        if (nodes.build != null) {
            return Fleet.assuming(builds(nodes.build, catalogue, err));
        }
        if (catalogue.byId(DEFAULT_BUILD).isEmpty()) {
            throw new BadInputException("the policy disables " + DEFAULT_BUILD
                    + ", which is assumed by default; specify --nodes FILE or --assume BUILD");
        }
        err.println("assuming that every node runs " + DEFAULT_BUILD
                + "; use --nodes FILE to review against your own nodes");
        err.flush();
        return Fleet.assuming(builds(DEFAULT_BUILD, catalogue, err));
    }

    private static List<CatalogueEntry> builds(String build, Catalogue catalogue, PrintWriter err) {
        var byId = catalogue.byId(build);
        if (byId.isPresent()) {
            return List.of(byId.get());
        }
        try {
            PackageVersion installed = PackageVersion.parse(build);
            if (catalogue.knowsPackage(installed.name())) {
                List<CatalogueEntry> broken = catalogue.flagging(installed);
                if (broken.isEmpty()) {
                    String suggestions = catalogue.completed(installed).stream()
                            .map(complete -> "; did you mean " + complete + "?")
                            .collect(Collectors.joining());
                    err.println(Wording.clean(installed + " is not known to break exec" + suggestions));
                }
                return broken;
            }
        } catch (IllegalArgumentException notAPackage) {
            // Neither an id nor a package: reported below.
        }
        List<String> near = catalogue.near(build);
        throw new BadInputException("--assume: unknown build \"" + build + "\""
                + (near.isEmpty() ? "" : " (did you mean " + String.join(", ", near) + "?)")
                + "; expected a catalogue id (\"probe-guard catalogue\" lists all entries) or a package that the catalogue"
                + " knows, such as docker-1.13.1-84.git07f3374.el7.centos.x86_64");
    }

    /** On all cores, in the order of the files. */
    private ManifestReview readAll(Fleet fleet, Policy policy, PrintWriter err) {
        ManifestReview review = new ManifestReview();
        List<Source> sources = inputs.sources(review::add);
        Progress progress = new Progress(err);
        AtomicInteger count = new AtomicInteger();
        Stream<Source> files = sources.size() < MIN_FOR_THREADS ? sources.stream() : sources.parallelStream();
        files.map(source -> {
                    progress.show(
                            sources.size(),
                            "reading " + count.incrementAndGet() + " of " + sources.size() + ": " + source.name());
                    return read(source, fleet, policy);
                })
                .forEachOrdered(review::add);
        progress.done();
        return review;
    }

    private static FileReview read(Source source, Fleet fleet, Policy policy) {
        try {
            return FileReview.of(ManifestFiles.read(source, System.in), fleet, policy);
        } catch (IOException e) {
            return FileReview.of(new InputError(source.name(), null, null, Failures.message(e)));
        }
    }

    private ReviewOutput output() {
        return switch (format) {
            case text -> new TextOutput(Ansi.AUTO);
            case json -> new JsonOutput();
            case sarif -> new SarifOutput();
            case junit -> new JunitOutput();
            case patch -> new PatchOutput();
        };
    }

    private int exitCode(ManifestReview review) {
        if (!review.errors().isEmpty()) {
            return 2;
        }
        return failOn.isMet(review.action(), review.notJudged().isEmpty()) ? 1 : 0;
    }
}
