package io.probeguard.cli;

import io.probeguard.catalogue.Catalogue;
import io.probeguard.catalogue.CatalogueChanges;
import io.probeguard.catalogue.CatalogueEntry;
import io.probeguard.catalogue.CatalogueFile;
import io.probeguard.catalogue.NotAProbeBug;
import io.probeguard.manifest.Inputs;
import io.probeguard.manifest.Inputs.BadInputException;
import io.probeguard.output.CatalogueText;
import io.probeguard.output.Json;
import io.probeguard.text.Wording;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code probe-guard catalogue}: what is known about builds that break exec. */
@Command(
        description = {
            "Lists or explains what is known about builds that break exec.",
            "Shows which runtimes and kubelets do, how to recognise them, whether longer timing helps, and",
            "what to do."
        },
        footerHeading = "%nExit codes%n",
        footer = {
            "  0  the entries are listed, or the file is right",
            "  2  wrong usage, a file that cannot be read or is wrong, or an id that is not in the catalogue",
            "  3  internal error",
            "",
            "Examples",
            "  probe-guard catalogue                         all entries",
            "  probe-guard catalogue docker-el7-1.13.1-84    all details of one entry",
            "  probe-guard catalogue --policy policy.yaml    with the changes of a policy",
            "  probe-guard catalogue --check own.yaml        whether a file for --catalogue is right",
            "  probe-guard catalogue --schema                for editors that complete such a file"
        })
final class CatalogueCommand implements Callable<Integer> {
    enum Format {
        text,
        json
    }

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "ID", arity = "0..1", description = "The id of an entry. Default: list all entries.")
    private @Nullable String id;

    @Mixin
    private CatalogueOptions catalogueOptions;

    @Option(
            names = "--check",
            paramLabel = "FILE",
            description = "Check a file for --catalogue, and say what it changes.")
    private @Nullable Path checked;

    @Option(names = "--schema", description = "Print the JSON Schema of files for --catalogue, for editors.")
    private boolean schema;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "text or json. Default: ${DEFAULT-VALUE}.")
    private Format format;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        if (schema) {
            out.print(CatalogueFile.schema());
        } else if (checked != null) {
            check(checked, out);
        } else {
            print(out);
        }
        out.flush();
        return 0;
    }

    private static void check(Path file, PrintWriter out) {
        CatalogueChanges changes = Inputs.catalogueChanges(file, "--check");
        Catalogue builtIn = Catalogue.builtIn();
        changes.entries()
                .forEach(entry -> out.println(entry.id()
                        + (builtIn.byId(entry.id()).isPresent() ? ": replaces the built-in entry" : ": new")));
        changes.disabled().forEach(id -> out.println(id + ": disabled"));
        out.println(Wording.clean(file + " is valid"));
    }

    private void print(PrintWriter out) {
        Catalogue catalogue = catalogueOptions.catalogue();
        if (id == null) {
            list(catalogue, out);
        } else {
            explain(id, catalogue, out);
        }
    }

    private void list(Catalogue catalogue, PrintWriter out) {
        if (format == Format.json) {
            Json.writeWithoutNulls(catalogue, out);
        } else {
            new CatalogueText(out).list(catalogue);
        }
    }

    /** @throws BadInputException if no entry has that id */
    private void explain(String requested, Catalogue catalogue, PrintWriter out) {
        Optional<CatalogueEntry> entry = catalogue.byId(requested);
        Optional<NotAProbeBug> notAProbeBug = catalogue.notProbeBug(requested);
        if (entry.isEmpty() && notAProbeBug.isEmpty()) {
            throw new BadInputException(catalogue.unknown(requested));
        }
        if (format == Format.json) {
            Json.writeWithoutNulls(entry.isPresent() ? entry.get() : notAProbeBug.get(), out);
        } else {
            entry.ifPresent(new CatalogueText(out)::explain);
            notAProbeBug.ifPresent(new CatalogueText(out)::explain);
        }
    }
}
