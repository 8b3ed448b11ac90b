package io.probeguard.cli;

import io.fabric8.kubernetes.client.Config;
import io.probeguard.cli.Inputs.BadInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which cluster a command talks to. */
final class ClusterOptions {
    @Option(
            names = "--kubeconfig",
            paramLabel = "FILE",
            description =
                    "The cluster to talk to. Default: the one this runs in; else $$KUBECONFIG, or the usual file.")
    private @Nullable Path kubeconfig;

    /**
     * Where that cluster is and by what credentials it lets us in.
     *
     * @param otherwise what else the user could do, for the message where there is no cluster
     * @throws BadInputException if there is none, or the kubeconfig cannot be read
     */
    Config config(String otherwise) {
        Config config = kubeconfig == null ? Config.autoConfigure(null) : read(kubeconfig);
        boolean inCluster = config.getCurrentContext() == null && config.getAutoOAuthToken() != null;
        if (config.getCurrentContext() == null && !inCluster) {
            throw new BadInputException("no cluster: this runs in none, and there is no kubeconfig with a current"
                    + " context; name one with --kubeconfig, or " + otherwise);
        }
        return config;
    }

    private static Config read(Path kubeconfig) {
        if (!Files.isReadable(kubeconfig)) {
            throw new BadInputException("--kubeconfig: " + kubeconfig + ": no such file, or permission denied");
        }
        try {
            return Config.fromKubeconfig(kubeconfig.toFile());
        } catch (RuntimeException e) {
            throw new BadInputException("--kubeconfig: " + kubeconfig + " is no kubeconfig: "
                    + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
        }
    }
}
