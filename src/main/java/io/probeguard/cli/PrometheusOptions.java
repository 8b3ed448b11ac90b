package io.probeguard.cli;

import io.probeguard.evidence.Prometheus;
import io.probeguard.manifest.Inputs.BadInputException;
import io.probeguard.text.Failures;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** Where Prometheus is. */
final class PrometheusOptions {
    /** Nothing but the address is required. */
    static final class Access {
        @Option(
                names = "--prometheus",
                paramLabel = "URL",
                required = true,
                description =
                        "Ask this Prometheus, which scrapes the kubelets' /metrics/probes, on which nodes exec probes "
                                + "are not counted.")
        private URI url;

        @Option(
                names = "--prometheus-token-file",
                paramLabel = "FILE",
                description = "A bearer token for it, read for each query.")
        private @Nullable Path tokenFile;

        @Option(
                names = "--prometheus-ca",
                paramLabel = "FILE",
                description = "Certificates to trust for it, as PEM. Default: those that Java trusts.")
        private @Nullable Path ca;
    }

    @ArgGroup(exclusive = false)
    private @Nullable Access access;

    /** @return null if none is given */
    @Nullable
    Prometheus prometheus() {
        if (access == null) {
            return null;
        }
        String scheme = access.url.getScheme();
        if (!"http".equals(scheme) && !"https".equals(scheme)) {
            throw new BadInputException("--prometheus: \"" + access.url
                    + "\" is no HTTP address; expected one such as http://prometheus.monitoring:9090");
        }
        return new Prometheus(access.url, access.tokenFile, access.ca == null ? null : trust(access.ca));
    }

    private static SSLContext trust(Path file) {
        try (InputStream pem = Files.newInputStream(file)) {
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
                trusted.setCertificateEntry(String.valueOf(trusted.size()), certificate);
            }
            if (trusted.size() == 0) {
                throw new BadInputException("--prometheus-ca: " + file + ": no certificate found; expected PEM");
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, factory.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new BadInputException("--prometheus-ca: " + file + ": " + Failures.message(e));
        }
    }
}
