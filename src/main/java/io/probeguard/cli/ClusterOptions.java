package io.probeguard.cli;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.probeguard.cluster.ApiFailures;
import io.probeguard.manifest.Inputs.BadInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which cluster is meant, and how a command talks to it. */
final class ClusterOptions {
    /** Somebody waits: three tries within a second, where the client's default goes on for minutes. */
    private static final int RETRIES = 2;

    /** For people whose rights do not reach that far. */
    static final String WITHOUT_EVENTS =
            "Events may not be listed, so that nodes on which exec was only seen to go wrong are not known.";

    private static final int CONNECTION_TIMEOUT_MILLIS = 10_000;
    /** A page of pods may be some megabytes from a busy API server. */
    private static final int REQUEST_TIMEOUT_MILLIS = 60_000;

    @Option(
            names = "--kubeconfig",
            paramLabel = "FILE",
            description = "The cluster. Default: the one this runs in; else $$KUBECONFIG, or the usual file.")
    private @Nullable Path kubeconfig;

    /** Whether a cluster was named, rather than left to the default. */
    boolean isNamed() {
        return kubeconfig != null;
    }

    /**
     * Where the cluster is and who asks.
     *
     * @throws BadInputException if no cluster is named anywhere, or the kubeconfig cannot be read
     */
    Config config() {
        Config config = read();
        boolean inCluster = config.getCurrentContext() == null && config.getAutoOAuthToken() != null;
        if (config.getCurrentContext() == null && !inCluster) {
            if (kubeconfig != null) {
                throw new BadInputException("--kubeconfig: " + kubeconfig + " has no current context");
            }
            throw new BadInputException("no cluster: this runs in none, and there is no kubeconfig with a current"
                    + " context; name one with --kubeconfig");
        }
        return config;
    }

    private Config read() {
        if (kubeconfig == null) {
            return Config.autoConfigure(null);
        }
        if (!Files.isReadable(kubeconfig)) {
            throw new BadInputException("--kubeconfig: " + kubeconfig + ": no such file, or permission denied");
        }
        try {
            return Config.fromKubeconfig(kubeconfig.toFile());
        } catch (RuntimeException e) {
            throw new BadInputException(
                    "--kubeconfig: " + kubeconfig + " is no kubeconfig: " + ApiFailures.firstLine(e));
        }
    }

    /**
     * A client for a command that asks, prints and ends.
     *
     * @throws BadInputException like {@link #config}
     */
    KubernetesClient client() {
        Config config = config();
        config.setConnectionTimeout(CONNECTION_TIMEOUT_MILLIS);
        config.setRequestTimeout(REQUEST_TIMEOUT_MILLIS);
        config.setRequestRetryBackoffLimit(RETRIES);
        return new KubernetesClientBuilder().withConfig(config).build();
    }

    /** What went wrong between a client and its cluster, and what the user can do about it. */
    static BadInputException failure(KubernetesClient client, KubernetesClientException e) {
        String server = "the cluster at " + client.getMasterUrl();
        int code = e.getCode();
        if (code <= 0) { // not from HTTP
            return new BadInputException(server + " cannot be reached: " + ApiFailures.unreachable(e));
        }
        return new BadInputException(
                switch (code) {
                    case 401 -> server + " does not know these credentials (401 Unauthorized)";
                    case 403 -> server + " forbids it: " + answer(e) + "; let an admin grant that by a ClusterRole";
                    default -> server + " answers " + code + ": " + answer(e);
                });
    }

    private static String answer(KubernetesClientException e) {
        String message = e.getStatus() == null ? null : e.getStatus().getMessage();
        return message == null ? ApiFailures.firstLine(e) : message;
    }
}
