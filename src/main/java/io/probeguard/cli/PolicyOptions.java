package io.probeguard.cli;

import io.probeguard.cli.Inputs.BadInputException;
import io.probeguard.policy.Mode;
import io.probeguard.policy.Policy;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options by which every command that judges is told what is wanted. */
final class PolicyOptions {
    @Option(names = "--policy", paramLabel = "FILE", description = "What is wanted; see the README.")
    private @Nullable Path file;

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            converter = ModeConverter.class,
            description = "off, warn, rewrite or deny: takes the place of the policy's default mode.")
    private @Nullable Mode mode;

    /** @throws BadInputException if the file cannot be read, or is no policy */
    Policy policy() {
        Policy policy = file == null ? Policy.DEFAULT : Inputs.policy(file);
        return mode == null ? policy : policy.withMode(mode);
    }
}
