package io.probeguard.cli;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.probeguard.manifest.Inputs.BadInputException;
import io.probeguard.server.CertificateSource;
import io.probeguard.text.Failures;
import io.probeguard.tls.CertificateFolder;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the certificate of {@code serve} comes from: a directory, or a Secret that it manages itself. */
final class CertificateOptions {
    @Option(
            names = "--certs",
            paramLabel = "DIR",
            description = "Directory with tls.crt and tls.key (PEM), which are reloaded when they change, and ca.crt. "
                    + "An authority and a certificate are created if there are none. Default: certs.")
    private @Nullable Path folder;

    @Option(
            names = "--certs-secret",
            paramLabel = "NAME",
            description =
                    "Serve the certificate that \"probe-guard webhooks\" keeps in this Secret in --own-namespace.")
    private @Nullable String secret;

    boolean useSecret() {
        return secret != null;
    }

    /** @throws BadInputException if the options exclude each other */
    void check() {
        if (secret != null && folder != null) {
            throw new BadInputException("--certs and --certs-secret are mutually exclusive");
        }
    }

    /**
     * The Secret, or the folder with something to serve in it.
     *
     * @param hosts DNS names and IP addresses that clients call the server by
     * @param client not null for a Secret
     * @throws BadInputException if the directory cannot be used
     */
    CertificateSource source(List<String> hosts, @Nullable KubernetesClient client) {
        return secret == null
                ? folder(hosts)
                : CertificateSource.secret(Objects.requireNonNull(client, "a Secret needs a cluster"), secret);
    }

    private CertificateSource folder(List<String> hosts) {
        Path path = folder == null ? Path.of("certs") : folder;
        try {
            CertificateFolder prepared = new CertificateFolder(path);
            prepared.prepare(hosts, Clock.systemUTC());
            return CertificateSource.folder(prepared, Clock.systemUTC());
        } catch (IOException e) {
            throw new BadInputException(
                    "--certs: " + (e instanceof FileSystemException ? path + ": " : "") + Failures.message(e));
        }
    }
}
