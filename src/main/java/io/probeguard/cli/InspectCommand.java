package io.probeguard.cli;

import io.probeguard.catalogue.Catalogue;
import io.probeguard.host.Host;
import io.probeguard.host.HostRoot;
import io.probeguard.manifest.Inputs;
import io.probeguard.output.InspectReport;
import io.probeguard.output.InspectReport.Build;
import io.probeguard.output.InspectReport.JsonFlag;
import io.probeguard.output.InspectReport.JsonSource;
import io.probeguard.text.Wording;
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
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** {@code probe-guard inspect}: what this node runs. */
@Command(
        name = "inspect",
        description = {
            "Tells whether a build on this node breaks exec.",
            "Looks at its packages, the Docker Engine and the versions of the container runtimes; prints",
            "the packages as annotation probe-guard.io/packages has them,",
            "and whether a build among them is known to break exec. Changes nothing on the node. A tool",
            "or a daemon that is not there is no fault; it says what it looked at."
        },
        footerHeading = "%nExit codes%n",
        footer = {
            "  0  nothing here is known to break exec (suspicions are shown)",
            "  1  something is",
            "  2  wrong usage, or the node could not be annotated",
            "  3  a fault of probe-guard itself",
            "",
            "Examples",
            "  probe-guard inspect",
            "  kubectl annotate node NODE probe-guard.io/packages=\"$(ssh NODE probe-guard inspect -o packages)\"",
            "  probe-guard inspect --root /host --annotate NODE --interval 1h"
        })
public final class InspectCommand implements Callable<Integer> {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .build();

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
            description = "The node's file system, where a container has it mounted. Default: ${DEFAULT-VALUE}.")
    private Path root;

    @Option(
            names = "--docker-socket",
            paramLabel = "FILE",
            description = "Where the Docker Engine listens. Default: run/docker.sock below --root.")
    private @Nullable Path dockerSocket;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "text, json, or packages: the annotation's value alone. Default: ${DEFAULT-VALUE}.")
    private Format format;

    @Option(
            names = "--annotate",
            paramLabel = "NODE",
            description = "Writes the packages into that node's annotation, if it is another one. What a list of "
                    + "packages said before that cannot be read this time stays in it.")
    private @Nullable String node;

    @Option(
            names = "--interval",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "Looks again so often, such as 1h, and prints what has changed. Default: looks once.")
    private @Nullable Duration interval;

    @Option(
            names = "--policy",
            paramLabel = "FILE",
            description = "A policy whose changes of the catalogue are made first.")
    private @Nullable Path policy;

    @Mixin
    private ClusterOptions cluster;

    @Override
    public Integer call() throws InterruptedException {
        if (!Files.isDirectory(root)) {
            throw new ParameterException(spec.commandLine(), "--root: " + root + ": no such folder");
        }
        if (interval != null && interval.toSeconds() < 1) {
            throw new ParameterException(spec.commandLine(), "--interval: at least 1s");
        }
        if (node == null) {
            return look(null);
        }
        try (NodeAnnotation annotation = new NodeAnnotation(cluster.config(), node)) {
            return look(annotation);
        }
    }

    private int look(@Nullable NodeAnnotation annotation) throws InterruptedException {
        Catalogue catalogue = Inputs.catalogue(policy);
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
            err.println("No list of packages could be read: node " + node + " is left as it is.");
        } else if (annotation.write(present -> wanted(report, present))) {
            err.println("Node " + node + " is annotated.");
        }
    }

    private @Nullable String wanted(InspectReport report, @Nullable String present) {
        String wanted = report.annotation(present);
        if (wanted != null && !wanted.equals(report.packages())) {
            spec.commandLine()
                    .getErr()
                    .println("Not all lists of packages could be read: of theirs, node " + node
                            + " keeps what it says.");
        }
        return wanted;
    }

    private void print(InspectReport report) {
        PrintWriter out = spec.commandLine().getOut();
        switch (format) {
            case text -> text(report, out);
            case json -> out.println(MAPPER.writeValueAsString(report));
            case packages -> out.println(report.packages());
        }
        out.flush();
    }

    private static void text(InspectReport report, PrintWriter out) {
        out.println("packages: " + (report.packages().isEmpty() ? "none that the catalogue knows" : report.packages()));
        for (JsonFlag flag : report.flags()) {
            out.println(flag.strength() + ": " + Wording.clean(flag.reason()));
            for (Build build : flag.builds()) {
                out.println("  " + build.id() + ": exec " + build.effect().phrase() + "; " + build.remedy());
            }
        }
        if (report.sources().stream().noneMatch(JsonSource::answered)) {
            out.println("nothing here could be asked");
        } else if (report.flags().isEmpty()) {
            out.println("nothing here is known to break exec");
        }
        out.println("looked at");
        TextTable sources = TextTable.forColumns(
                Help.defaultColorScheme(Ansi.OFF),
                new Column(14, 2, Overflow.SPAN),
                new Column(WIDTH - 14, 0, Overflow.WRAP));
        report.sources().forEach(source -> sources.addRowValues(source.source(), Wording.clean(source.detail())));
        out.print(sources);
    }
}
