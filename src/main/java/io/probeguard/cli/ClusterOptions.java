package io.probeguard.cli;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.fabric8.kubernetes.api.model.NodeStatus;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.probeguard.cluster.ApiFailures;
import io.probeguard.manifest.Inputs.BadInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/** Which cluster a command talks to, and how. */
final class ClusterOptions {
    /** A user waits: three attempts within a second, while the client's default goes on for minutes. */
    private static final int RETRIES = 2;

    /** Delay before the first reconnect of a lost watch; it doubles each time, up to 32 times this. */
    private static final int RECONNECT_MILLIS = 250;

    private static final int CONNECTION_TIMEOUT_MILLIS = 10_000;
    /** A page of pods may be some megabytes from a busy API server. */
    private static final int REQUEST_TIMEOUT_MILLIS = 60_000;

    @Option(
            names = "--kubeconfig",
            paramLabel = "FILE",
            description =
                    "Path to the kubeconfig. Default: the cluster this runs in, or else $$KUBECONFIG or ~/.kube/config.")
    private @Nullable Path kubeconfig;

    @Option(
            names = "--context",
            paramLabel = "NAME",
            description = "Context of the kubeconfig to use. Default: its current context.")
    private @Nullable String context;

    @Option(names = "--as", paramLabel = "USER", description = "User to impersonate, as of \"kubectl --as\".")
    private @Nullable String user;

    @Option(names = "--as-group", paramLabel = "GROUP", description = "Group to impersonate, with --as; repeatable.")
    private List<String> groups = List.of();

    /** Whether a cluster was named, rather than left to the default. */
    boolean isNamed() {
        return kubeconfig != null || context != null;
    }

    /**
     * The address of the cluster and the user's credentials.
     *
     * @throws BadInputException if no cluster is named anywhere, the kubeconfig cannot be read, or has no such context
     */
    Config config() {
        if (user == null && !groups.isEmpty()) {
            throw new BadInputException("--as-group needs --as");
        }
        Config config = read();
        if (context != null
                && (config.getCurrentContext() == null
                        || !context.equals(config.getCurrentContext().getName()))) {
            throw new BadInputException("--context: the kubeconfig has no context \"" + context + "\"");
        }
        if (user != null) {
            config.setImpersonateUsername(user);
            config.setImpersonateGroups(groups.toArray(String[]::new));
        }
        boolean inCluster = config.getCurrentContext() == null && config.getAutoOAuthToken() != null;
        if (config.getCurrentContext() == null && !inCluster) {
            if (kubeconfig != null) {
                throw new BadInputException("--kubeconfig: " + kubeconfig + " has no current context");
            }
            throw new BadInputException(
                    "no cluster: not running in a cluster, and no kubeconfig with a current context;"
                            + " use --kubeconfig");
        }
        return config;
    }

    private Config read() {
        if (kubeconfig == null) {
            return Config.autoConfigure(context);
        }
        if (!Files.isReadable(kubeconfig)) {
            throw new BadInputException("--kubeconfig: " + kubeconfig + ": no such file, or permission denied");
        }
        try {
            return Config.fromKubeconfig(context, kubeconfig.toFile());
        } catch (RuntimeException e) {
            throw new BadInputException(
                    "--kubeconfig: " + kubeconfig + " is not a kubeconfig: " + ApiFailures.firstLine(e));
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
        return client(config);
    }

    /** A client that does not read what makes most of a node, and what nobody here asks for. */
    static KubernetesClient client(Config config) {
        JsonMapper mapper = JsonMapper.builder()
                .addMixIn(NodeStatus.class, WithoutImages.class)
                .addMixIn(ObjectMeta.class, WithoutManagedFields.class)
                .build();
        return new KubernetesClientBuilder()
                .withConfig(config)
                .withKubernetesSerialization(new KubernetesSerialization(mapper, true))
                .build();
    }

    @JsonIgnoreProperties("images")
    private interface WithoutImages {}

    @JsonIgnoreProperties("managedFields")
    private interface WithoutManagedFields {}

    /** Why a request to the cluster failed, and what the user can do about it. */
    static BadInputException failure(KubernetesClient client, KubernetesClientException e) {
        String server = "the cluster at " + client.getMasterUrl();
        int code = e.getCode();
        if (code <= 0) { // not from HTTP
            return new BadInputException(server + " is unreachable: " + ApiFailures.unreachable(e));
        }
        return new BadInputException(
                switch (code) {
                    case 401 -> server + " rejected the credentials (401 Unauthorized)";
                    case 403 ->
                        server + " denied the request: " + answer(e) + "; ask an admin to grant this in a ClusterRole";
                    default -> server + " returned " + code + ": " + answer(e);
                });
    }

    private static String answer(KubernetesClientException e) {
        String message = e.getStatus() == null ? null : e.getStatus().getMessage();
        return message == null ? ApiFailures.firstLine(e) : message;
    }

    /** For a process that goes on for ever: it retries by itself, sooner than the client would. */
    static Config patient(Config config) {
        config.setWatchReconnectInterval(RECONNECT_MILLIS);
        config.setRequestRetryBackoffLimit(0);
        return config;
    }
}
