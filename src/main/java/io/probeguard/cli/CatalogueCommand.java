package io.probeguard.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.probeguard.catalogue.Catalogue;
import io.probeguard.catalogue.CatalogueEntry;
import io.probeguard.catalogue.NotAProbeBug;
import io.probeguard.manifest.Inputs;
import io.probeguard.manifest.Inputs.BadInputException;
import io.probeguard.output.CatalogueText;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** {@code probe-guard catalogue}: what is known of builds that break exec, to read. */
@Command(
        name = "catalogue",
        description = {
            "Lists or explains what is known of builds that break exec.",
            "Which runtimes and kubelets, how they are recognised, whether longer timing helps, what to do."
        },
        footerHeading = "%nExit codes%n",
        footer = {
            "  0  the entries are listed",
            "  2  wrong usage, a file that cannot be read, or an id that is not in the catalogue",
            "  3  a fault of probe-guard itself",
            "",
            "Examples",
            "  probe-guard catalogue                         all entries",
            "  probe-guard catalogue docker-el7-1.13.1-84    everything about one",
            "  probe-guard catalogue --policy policy.yaml    as a policy changes it"
        })
final class CatalogueCommand implements Callable<Integer> {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .changeDefaultPropertyInclusion(inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_NULL))
            .build();

    enum Format {
        text,
        json
    }

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "ID", arity = "0..1", description = "Of an entry; without it all are listed.")
    private @Nullable String id;

    @Option(
            names = "--policy",
            paramLabel = "FILE",
            description = "A policy whose changes of the catalogue are made first.")
    private @Nullable Path policy;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "text or json. Default: ${DEFAULT-VALUE}.")
    private Format format;

    @Override
    public Integer call() {
        Catalogue catalogue = Inputs.catalogue(policy);
        PrintWriter out = spec.commandLine().getOut();
        if (id == null) {
            list(catalogue, out);
        } else {
            explain(id, catalogue, out);
        }
        out.flush();
        return 0;
    }

    private void list(Catalogue catalogue, PrintWriter out) {
        if (format == Format.json) {
            out.println(MAPPER.writeValueAsString(catalogue));
        } else {
            new CatalogueText(out).list(catalogue);
        }
    }

    /** @throws BadInputException if nothing has that id */
    private void explain(String wanted, Catalogue catalogue, PrintWriter out) {
        Optional<CatalogueEntry> entry = catalogue.byId(wanted);
        Optional<NotAProbeBug> notOne = catalogue.notProbeBug(wanted);
        if (entry.isEmpty() && notOne.isEmpty()) {
            throw new BadInputException(catalogue.unknown(wanted));
        }
        if (format == Format.json) {
            out.println(MAPPER.writeValueAsString(entry.isPresent() ? entry.get() : notOne.get()));
        } else {
            entry.ifPresent(new CatalogueText(out)::explain);
            notOne.ifPresent(new CatalogueText(out)::explain);
        }
    }
}
