package io.probeguard.cli;

import io.probeguard.http.CallerAuthentication;
import io.probeguard.manifest.Inputs.BadInputException;
import io.probeguard.text.Failures;
import io.probeguard.tls.PemFile;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
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
            description = "Accept callers that present the bearer token in this file.")
    private @Nullable Path tokenFile;

    /** @throws BadInputException if a file cannot be read, or the token is empty */
    CallerAuthentication authentication() {
        try {
            if (clientCa != null) {
                new PemFile(clientCa).certificates();
            }
            String token =
                    tokenFile == null ? null : Files.readString(tokenFile).strip();
            if (token != null && token.isEmpty()) {
                throw new BadInputException("--token-file: " + tokenFile + " is empty");
            }
            return new CallerAuthentication(clientCa, token);
        } catch (IOException e) {
            throw new BadInputException("--client-ca, --token-file: "
                    + (e instanceof FileSystemException ? tokenFile + ": " : "") + Failures.message(e));
        }
    }
}
