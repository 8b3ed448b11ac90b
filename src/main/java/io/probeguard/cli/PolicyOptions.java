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

/** The options by which every command that judges is told what is wanted. */
final class PolicyOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(names = "--policy", paramLabel = "FILE", description = "What is wanted; see src/site/markdown/policy.md.")
    private @Nullable Path file;

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            converter = ModeConverter.class,
            description = "off, warn, rewrite or deny: takes the place of the policy's default mode.")
    private @Nullable Mode mode;

    /**
     * The policy; what may be a mistake in it is said on standard error.
     *
     * @throws BadInputException if the file cannot be read, or is no policy
     */
    Policy policy() {
        Policy policy = file == null ? Policy.DEFAULT : Inputs.policy(file, this::doubt);
        return mode == null ? policy : policy.withMode(mode);
    }

    private void doubt(DocumentException doubt) {
        spec.commandLine().getErr().println("probe-guard: warning: " + doubt.located());
    }
}
