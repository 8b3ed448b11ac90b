package io.probeguard.cli;

import io.probeguard.http.BearerTokens;
import io.probeguard.http.CallerAuthentication;
import io.probeguard.manifest.Inputs.BadInputException;
import io.probeguard.tls.PemFile;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Who may call the webhooks of {@code serve}. */
final class CallerOptions {
    @Option(
            names = "--client-ca",
            paramLabel = "FILE",
            description = "Accept callers that present a client certificate of this authority (PEM).")
    private @Nullable Path clientCa;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "Accept callers that present a bearer token of this file, which has one a line.")
    private @Nullable Path tokenFile;

    /** @throws BadInputException if a file cannot be used */
    CallerAuthentication authentication() {
        try {
            if (clientCa != null) {
                new PemFile(clientCa).certificates();
            }
            return new CallerAuthentication(clientCa, tokenFile == null ? null : BearerTokens.of(tokenFile));
        } catch (IOException e) {
            throw new BadInputException("--client-ca, --token-file: " + e.getMessage());
        }
    }
}
