package io.probeguard.server;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.probeguard.tls.CertificateFolder;
import io.probeguard.tls.ServingPair;
import java.io.IOException;
import java.time.Clock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where the serving certificate comes from, and with it whether API servers are told to trust it. Whatever becomes of that
 * place, the last certificate that could be served stays in use.
 */
public interface CertificateSource extends AutoCloseable {
    /** What the server serves from its start on. */
    ServingPair first();

    /**
     * Starts to keep the certificate up to date, and does not wait.
     *
     * @param serve called with every certificate that replaces the one served so far
     */
    void start(Consumer<ServingPair> serve);

    /** Why there is nothing to serve yet; null once there is. */
    @Nullable
    String notReady();

    /** Why what is there now is not served, but something that was there before; null if it is. */
    @Nullable
    String notUsed();

    /**
     * The certificates (PEM) that webhook configurations must trust; null if somebody writes them there.
     *
     * @throws IOException if they cannot be read
     */
    @Nullable
    String trusted() throws IOException;

    @Override
    void close();

    /**
     * A folder that somebody else fills, or that holds our own certificate.
     *
     * @throws IOException if there is nothing in it that can be served; the message names the file
     */
    static CertificateSource folder(CertificateFolder folder, Clock clock) throws IOException {
        return new FolderCertificates(folder, clock);
    }

    /** A Secret in the client's namespace, which somebody else fills. */
    static CertificateSource secret(KubernetesClient client, String secret) {
        return new SecretCertificates(client, secret);
    }
}
