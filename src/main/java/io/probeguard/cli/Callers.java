package io.probeguard.cli;

import io.probeguard.cli.Inputs.BadInputException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Who may ask for a review. API servers present a client certificate or a bearer token where their
 * AdmissionConfiguration names a kubeConfigFile; either is enough here. Without these options everybody may: an answer
 * tells nothing that the request did not hold, but for the names of flagged nodes.
 */
final class Callers {
    private static final String CERTIFICATES = "jakarta.servlet.request.X509Certificate";

    @Option(
            names = "--client-ca",
            paramLabel = "FILE",
            description = "Lets callers in that present a client certificate of this authority (PEM).")
    private @Nullable Path clientCa;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "Lets callers in that present the bearer token in this file.")
    private @Nullable Path tokenFile;

    private byte @Nullable [] authorization;

    /** Must be called before the first request; checks and reads the files. */
    Callers read() {
        try {
            if (clientCa != null) {
                Files.readString(clientCa);
            }
            if (tokenFile != null) {
                String token = Files.readString(tokenFile).strip();
                if (token.isEmpty()) {
                    throw new BadInputException("--token-file: " + tokenFile + " is empty");
                }
                authorization = ("Bearer " + token).getBytes(StandardCharsets.UTF_8);
            }
            return this;
        } catch (IOException e) {
            throw new BadInputException("--client-ca, --token-file: " + e.getMessage() + ": " + Failures.message(e));
        }
    }

    /** The authority of client certificates; null where none are asked for. */
    @Nullable
    Path clientCa() {
        return clientCa;
    }

    boolean mayAsk(HttpServletRequest request) {
        if (clientCa == null && authorization == null) {
            return true;
        }
        // TLS has verified it, or there would be no connection.
        if (clientCa != null && request.getAttribute(CERTIFICATES) != null) {
            return true;
        }
        String presented = request.getHeader("Authorization");
        return authorization != null
                && presented != null
                && MessageDigest.isEqual(authorization, presented.getBytes(StandardCharsets.UTF_8));
    }
}
