package io.probeguard.cli;

import io.probeguard.catalogue.Catalogue;
import io.probeguard.manifest.Inputs;
import io.probeguard.manifest.Inputs.BadInputException;
import io.probeguard.policy.Policy;
import io.probeguard.yaml.DocumentException;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The catalogue that a command judges by: the built-in one, changed by a file, and that by a policy. */
final class CatalogueOptions {
    @Option(names = "--policy", paramLabel = "FILE", description = "Policy file; see src/site/markdown/policy.md.")
    private @Nullable Path policyFile;

    @Option(
            names = "--catalogue",
            paramLabel = "FILE",
            description = "Entries beside the built-in ones, which they replace where they have the same id; see "
                    + "src/site/markdown/catalogue.md.")
    private @Nullable Path catalogueFile;

    /**
     * The policy with all changes to the catalogue.
     *
     * @param warnings takes what may be a mistake in it, but may be intended
     * @throws BadInputException if a file cannot be read, or is not what it should be
     */
    Policy policy(Consumer<DocumentException> warnings) {
        Policy policy = policyFile == null ? Policy.DEFAULT : Inputs.policy(policyFile, warnings);
        return catalogueFile == null ? policy : policy.after(Inputs.catalogueChanges(catalogueFile, "--catalogue"));
    }

    /** A policy of which only a part is used, so that its warnings do not matter. */
    Policy policy() {
        return policy(warning -> {});
    }

    /** The catalogue alone. */
    Catalogue catalogue() {
        return Catalogue.builtIn().with(policy().catalogue());
    }
}
