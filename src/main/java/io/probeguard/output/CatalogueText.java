package io.probeguard.output;

import io.probeguard.catalogue.AffectedVersion;
import io.probeguard.catalogue.Catalogue;
import io.probeguard.catalogue.CatalogueEntry;
import io.probeguard.catalogue.CatalogueEntry.Confidence;
import io.probeguard.catalogue.NodeConstraint;
import io.probeguard.catalogue.NotAProbeBug;
import io.probeguard.catalogue.VersionRange;
import io.probeguard.probe.Timing.Floor;
import io.probeguard.text.Wording;
import io.probeguard.text.WrappedText;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The catalogue as text: a table of all entries, or all details of one. */
public final class CatalogueText {
    private final PrintWriter out;

    public CatalogueText(PrintWriter out) {
        this.out = out;
    }

    public void list(Catalogue catalogue) {
        int width = Stream.concat(
                        catalogue.entries().stream().map(CatalogueEntry::id),
                        catalogue.notProbeBugs().stream().map(NotAProbeBug::id))
                .mapToInt(String::length)
                .max()
                .orElse(0);
        row(width, "entry", "effect", "flags", "timing", "fixed");
        for (CatalogueEntry entry : catalogue.entries()) {
            row(
                    width,
                    entry.id(),
                    entry.effect().word(),
                    entry.flags() ? "yes" : "-",
                    entry.timingHelps() ? "helps" : "-",
                    Objects.requireNonNullElse(entry.fixed(), "-"));
        }
        out.println();
        out.println("flags: nodes that run it are flagged; other entries only determine what a faulty exec leads to");
        out.println("timing: longer timing helps, at least partly");
        out.println();
        out.println("Similar, but not exec probe bugs:");
        for (NotAProbeBug known : catalogue.notProbeBugs()) {
            WrappedText.print(String.format("%-" + width + "s  ", known.id()), known.why(), out);
        }
    }

    private void row(int width, String id, String effect, String flags, String timing, String fixed) {
        String row = Wording.clean(
                String.format("%-" + width + "s  %-15s  %-5s  %-6s  %s", id, effect, flags, timing, fixed));
        out.println(row.length() <= WrappedText.WIDTH ? row : row.substring(0, WrappedText.WIDTH - 3) + "...");
    }

    public void explain(CatalogueEntry entry) {
        out.println(entry.id());
        WrappedText.print("  ", entry.summary(), out);
        out.println();
        field("component", entry.component());
        field(
                "effect",
                "exec " + entry.effect().phrase() + "; "
                        + (entry.flags() ? "flags the nodes that run it" : "flags no node"));
        field("breaks", entry.breaks().phrase() + (entry.dependsOnImage() ? "; for some images or pods only" : ""));
        kubelet(entry).forEach(sentence -> field("kubelet", sentence));
        fields("builds", entry.affected().stream().map(CatalogueText::build).toList());
        fields("in Events", entry.symptoms());
        field("timing", timing(entry));
        field("fixed", Objects.requireNonNullElse(entry.fixed(), "not fixed, or fix unknown"));
        field("remedy", entry.remedy());
        field("confidence", confidence(entry.confidence()));
        fields("sources", entry.sources());
    }

    public void explain(NotAProbeBug known) {
        out.println(known.id());
        WrappedText.print("  ", known.summary(), out);
        out.println();
        field("reason", "not a bug in exec probes or hooks: " + known.why());
        fields("sources", known.sources());
    }

    private void field(String name, String value) {
        fields(name, List.of(value));
    }

    private void fields(String name, List<String> values) {
        String start = name;
        for (String value : values) {
            WrappedText.print(String.format("  %-12s", start), value, out);
            start = "";
        }
    }

    private static List<String> kubelet(CatalogueEntry entry) {
        List<String> sentences = new ArrayList<>();
        if (entry.failedExec() != null) {
            sentences.add(
                    switch (entry.failedExec()) {
                        case COUNTED -> "a failed exec counts as a failed probe";
                        case DISCARDED -> "a failed exec is an error, and its result is discarded";
                    });
        }
        if (entry.timedOutExec() != null) {
            sentences.add(
                    switch (entry.timedOutExec()) {
                        case COUNTED -> "a timeout counts as a failed probe";
                        case DISCARDED -> "the result of a probe that times out is discarded";
                        case IGNORED -> "there is no timeout: the probe runs until exec returns";
                    });
        }
        return sentences;
    }

    private static String timing(CatalogueEntry entry) {
        if (!entry.timingHelps()) {
            return "longer timing does not fix it";
        }
        if (entry.floors() == null) {
            return "longer timing helps, at least partly";
        }
        List<String> floors = new ArrayList<>();
        add(floors, "liveness", entry.floors().liveness());
        add(floors, "readiness", entry.floors().readiness());
        add(floors, "startup", entry.floors().startup());
        return "longer timing helps, at least partly; relaxed to at least " + String.join("; ", floors);
    }

    private static void add(List<String> floors, String probe, @Nullable Floor floor) {
        if (floor != null) {
            List<String> numbers = new ArrayList<>();
            add(numbers, "period ", floor.periodSeconds(), " s");
            add(numbers, "timeout ", floor.timeoutSeconds(), " s");
            add(numbers, "failureThreshold ", floor.failureThreshold(), "");
            floors.add(probe + " " + String.join(", ", numbers));
        }
    }

    private static void add(List<String> numbers, String name, @Nullable Integer number, String unit) {
        if (number != null) {
            numbers.add(name + number + unit);
        }
    }

    private static String confidence(Confidence confidence) {
        return switch (confidence) {
            case HIGH -> "high: from the commit, the release notes or the program's own output";
            case MEDIUM -> "medium: from one credible report, or inferred from such data";
        };
    }

    /** One way in which an entry is recognised: {@code rpm docker >=1.13.1-84 <1.13.1-85 with .el7 in its release}. */
    public static String build(AffectedVersion affected) {
        String versions = versions(affected.versions());
        String what = switch (affected.by()) {
            case RPM -> "rpm " + affected.name() + " " + versions;
            case DEB -> "deb " + affected.name() + " " + versions;
            case GO_VERSION -> affected.name() + " built with Go " + versions;
            case BUILD_TIME -> affected.name() + " built at " + versions;
            case NODE_INFO -> "nodeInfo " + affected.name() + " " + versions;
        };
        String release = affected.release() == null ? "" : " with " + affected.release() + " in its release";
        List<String> conditions = affected.where() == null ? List.of() : conditions(affected.where());
        return what
                + release
                + (conditions.isEmpty() ? "" : "; only with " + String.join(", ", conditions))
                + (affected.settledBy() == null
                        ? ""
                        : "; only suspected: settle it with \"" + affected.settledBy() + "\"");
    }

    private static List<String> conditions(NodeConstraint where) {
        List<String> conditions = new ArrayList<>();
        if (where.runtime() != null) {
            String versions = where.runtimeVersions() == null ? "" : " " + versions(where.runtimeVersions());
            conditions.add("runtime " + where.runtime() + versions);
        }
        if (where.os() != null) {
            conditions.add("Enterprise Linux 7");
        }
        if (where.osImage() != null) {
            conditions.add("osImage \"" + where.osImage() + "\"");
        }
        if (where.kubelet() != null) {
            conditions.add("kubelet " + versions(where.kubelet()));
        }
        if (where.kubeletBuild() != null) {
            conditions.add(where.kubeletBuild() + " in its version");
        }
        if (where.kernel() != null) {
            conditions.add("kernel " + versions(where.kernel()));
        }
        if (where.el7Kernel() != null) {
            conditions.add("EL7 kernel " + versions(where.el7Kernel()));
        }
        if (where.cpus() != null) {
            conditions.add(where.cpus() + (where.cpus() == 1 ? " CPU" : " CPUs"));
        }
        return conditions;
    }

    private static String versions(VersionRange range) {
        return range.toString().equals("*") ? "of any version" : range.phrase();
    }
}
