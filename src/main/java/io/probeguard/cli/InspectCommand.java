package io.probeguard.cli;

import io.probeguard.catalogue.Catalogue;
import io.probeguard.host.Host;
import io.probeguard.host.HostRoot;
import io.probeguard.host.NodeAnnotation;
import io.probeguard.manifest.Inputs.BadInputException;
import io.probeguard.output.InspectReport;
import io.probeguard.output.InspectReport.Build;
import io.probeguard.output.InspectReport.JsonFlag;
import io.probeguard.output.InspectReport.JsonSource;
import io.probeguard.output.Json;
import io.probeguard.text.Wording;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.Column;
import picocli.CommandLine.Help.Column.Overflow;
import picocli.CommandLine.Help.TextTable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code probe-guard inspect}: whether this node runs a build that breaks exec. */
@Command(
        description = {
            "Checks whether a build on this node breaks exec.",
            "Reads the node's packages, the Docker Engine and the versions of the container runtimes, prints",
            "the packages as in the annotation probe-guard.io/packages, and shows whether a build among them",
            "is known to break exec. Read-only on the node. Sources that do not exist, such as a tool or",
            "a daemon, are not errors; the output lists all sources that were checked."
        },
        footerHeading = "%nExit codes%n",
        footer = {
            "  0  no build here is known to break exec (suspicions are shown)",
            "  1  a build here is known to break exec",
            "  2  wrong usage, or the node could not be annotated",
            "  3  internal error",
            "",
            "Examples",
            "  probe-guard inspect",
            "  kubectl annotate node NODE probe-guard.io/packages=\"$(ssh NODE probe-guard inspect -o packages)\"",
            "  probe-guard inspect --root /host --annotate NODE --interval 1h"
        })
public final class InspectCommand implements Callable<Integer> {
    private static final int WIDTH = 100;

    enum Format {
        text,
        json,
        packages
    }

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--root",
            paramLabel = "DIR",
            defaultValue = "/",
            description =
                    "The root of the node's file system, where it is mounted in a container. Default: ${DEFAULT-VALUE}.")
    private Path root;

    @Option(
            names = "--docker-socket",
            paramLabel = "FILE",
            description = "The socket of the Docker Engine. Default: run/docker.sock below --root.")
    private @Nullable Path dockerSocket;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "text, json, or packages: only the value of the annotation. Default: ${DEFAULT-VALUE}.")
    private Format format;

    @Option(
            names = "--annotate",
            paramLabel = "NODE",
            description = "Write the packages to the annotation of this node if they have changed. Packages from a "
                    + "package list that cannot be read this time are kept.")
    private @Nullable String node;

    @Option(
            names = "--interval",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description =
                    "Repeat at this interval, such as 1h, and print the result when it changes. Default: run once.")
    private @Nullable Duration interval;

    @Mixin
    private CatalogueOptions catalogueOptions;

    @Mixin
    private ClusterOptions cluster;

    @Override
    public Integer call() throws InterruptedException {
        if (!Files.isDirectory(root)) {
            throw new ParameterException(spec.commandLine(), "--root: " + root + ": no such directory");
        }
        if (interval != null && interval.toSeconds() < 1) {
            throw new ParameterException(spec.commandLine(), "--interval: must be at least 1s");
        }
        if (node == null) {
            return inspect(null);
        }
        try (NodeAnnotation annotation = new NodeAnnotation(cluster.config(), node)) {
            return inspect(annotation);
        }
    }

    private int inspect(@Nullable NodeAnnotation annotation) throws InterruptedException {
        Catalogue catalogue = catalogueOptions.catalogue();
        Host host = new Host(new HostRoot(root), dockerSocket);
        InspectReport last = null;
        while (true) {
            InspectReport report = InspectReport.of(host, catalogue);
            if (!report.equals(last)) {
                print(report);
            }
            if (annotation != null) {
                annotate(annotation, report);
            }
            if (interval == null) {
                return report.isFlagged() ? 1 : 0;
            }
            last = report;
            Thread.sleep(interval.toMillis());
        }
    }

    private void annotate(NodeAnnotation annotation, InspectReport report) {
        PrintWriter err = spec.commandLine().getErr();
        if (!report.packagesKnown() && report.packages().isEmpty()) {
            err.println(Wording.clean("no package list could be read; node " + node + " is unchanged"));
            return;
        }
        try {
            if (annotation.write(present -> newValue(report, present))) {
                err.println(Wording.clean("node " + node + " annotated"));
            }
        } catch (IOException e) {
            throw new BadInputException("--annotate: " + e.getMessage());
        }
    }

    private @Nullable String newValue(InspectReport report, @Nullable String present) {
        String value = report.annotation(present);
        if (value != null && !value.equals(report.packages())) {
            spec.commandLine()
                    .getErr()
                    .println(Wording.clean("some package lists could not be read; node " + node
                            + " keeps their packages in its annotation"));
        }
        return value;
    }

    private void print(InspectReport report) {
        PrintWriter out = spec.commandLine().getOut();
        switch (format) {
            case text -> text(report, out);
            case json -> Json.writeReport(report, out);
            case packages -> out.println(report.packages());
        }
        out.flush();
    }

    private static void text(InspectReport report, PrintWriter out) {
        out.println("packages: " + (report.packages().isEmpty() ? "none known to the catalogue" : report.packages()));
        for (JsonFlag flag : report.flags()) {
            out.println(flag.strength() + ": " + Wording.clean(flag.reason()));
            for (Build build : flag.builds()) {
                out.println("  " + build.id() + ": exec " + build.effect().phrase() + "; " + build.remedy());
            }
        }
        if (report.sources().stream().noneMatch(JsonSource::answered)) {
            out.println("no source could be read");
        } else if (report.flags().isEmpty()) {
            out.println("no build here is known to break exec");
        }
        out.println("sources checked:");
        TextTable sources = TextTable.forColumns(
                Help.defaultColorScheme(Ansi.OFF),
                new Column(14, 2, Overflow.SPAN),
                new Column(WIDTH - 14, 0, Overflow.WRAP));
        report.sources().forEach(source -> sources.addRowValues(source.source(), Wording.clean(source.detail())));
        out.print(sources);
    }
}
