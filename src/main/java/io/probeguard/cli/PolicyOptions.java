package io.probeguard.cli;

import io.probeguard.manifest.Inputs.BadInputException;
import io.probeguard.policy.Mode;
import io.probeguard.policy.Policy;
import io.probeguard.yaml.DocumentException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The policy of a command that reviews. */
final class PolicyOptions {
    static final class ModeConverter implements ITypeConverter<Mode> {
        @Override
        public Mode convert(String word) {
            try {
                return Mode.of(word);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Mixin
    private CatalogueOptions catalogue;

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            converter = ModeConverter.class,
            description = "Override the policy's default mode: off, warn, rewrite or deny.")
    private @Nullable Mode mode;

    @Option(
            names = "--own-namespace",
            paramLabel = "NAME",
            defaultValue = "probe-guard",
            description =
                    "Namespace that probe-guard runs in, where as in kube-system nothing is rewritten or refused. "
                            + "Default: ${DEFAULT-VALUE}.")
    private String ownNamespace;

    String ownNamespace() {
        return ownNamespace;
    }

    /**
     * The policy with all changes to the catalogue; warnings about it go to standard error.
     *
     * @throws BadInputException if the file cannot be read, or is not a policy
     */
    Policy policy() {
        Policy policy = catalogue.policy(this::warn).inOwnNamespace(ownNamespace);
        return mode == null ? policy : policy.withMode(mode);
    }

    private void warn(DocumentException warning) {
        spec.commandLine().getErr().println("warning: " + warning.located());
    }
}
