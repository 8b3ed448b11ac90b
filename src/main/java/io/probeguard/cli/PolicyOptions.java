package io.probeguard.cli;

import io.probeguard.manifest.Inputs;
import io.probeguard.manifest.Inputs.BadInputException;
import io.probeguard.policy.Mode;
import io.probeguard.policy.Policy;
import io.probeguard.yaml.DocumentException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The policy of a command that reviews. */
final class PolicyOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(names = "--policy", paramLabel = "FILE", description = "Policy file; see src/site/markdown/policy.md.")
    private @Nullable Path file;

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
     * The policy; warnings about it go to standard error.
     *
     * @throws BadInputException if the file cannot be read, or is not a policy
     */
    Policy policy() {
        Policy policy = (file == null ? Policy.DEFAULT : Inputs.policy(file, this::warn)).inOwnNamespace(ownNamespace);
        return mode == null ? policy : policy.withMode(mode);
    }

    private void warn(DocumentException warning) {
        spec.commandLine().getErr().println("warning: " + warning.located());
    }
}
