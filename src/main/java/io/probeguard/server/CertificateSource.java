package io.probeguard.server;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.probeguard.http.ServingCertificate;
import io.probeguard.tls.CertificateAuthority.Issued;
import io.probeguard.tls.CertificateFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringApplication;

/** Where the serving certificate comes from, and with it whether API servers are told to trust it. */
public interface CertificateSource extends AutoCloseable {
    /**
     * What the server serves from its start on.
     *
     * @param clientCa the authority (PEM) of client certificates; null if none are asked for
     */
    Consumer<SpringApplication> bundle(@Nullable Path clientCa);

    /**
     * Starts to keep the certificate up to date, and does not wait.
     *
     * @param serve called with every certificate that replaces the one served so far
     */
    void start(Consumer<Issued> serve);

    /** Why there is nothing to serve yet; null once there is. */
    @Nullable
    String notReady();

    /**
     * The certificates (PEM) that webhook configurations must trust; null if this source writes them there itself.
     *
     * @throws IOException if they cannot be read
     */
    @Nullable
    String trusted() throws IOException;

    @Override
    void close();

    /** A folder that somebody else fills or that holds our own certificate; Spring Boot watches it. */
    static CertificateSource folder(CertificateFolder folder) {
        return new CertificateSource() {
            @Override
            public Consumer<SpringApplication> bundle(@Nullable Path clientCa) {
                return ServingCertificate.files(folder, clientCa);
            }

            @Override
            public void start(Consumer<Issued> serve) {}

            @Override
            public @Nullable String notReady() {
                return null;
            }

            @Override
            public String trusted() throws IOException {
                return folder.trusted();
            }

            @Override
            public void close() {}
        };
    }

    /** A Secret in the client's namespace, which somebody else fills. */
    static CertificateSource secret(KubernetesClient client, String secret) {
        return new SecretCertificates(client, secret);
    }
}
