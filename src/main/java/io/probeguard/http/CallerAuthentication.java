package io.probeguard.http;

import jakarta.servlet.http.HttpServletRequest;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Who may call the webhooks. API servers present a client certificate or a bearer token if their AdmissionConfiguration
 * names a kubeConfigFile; either is enough here. If neither is required, everybody may: then an answer discloses nothing
 * that the request did not contain, except the names of flagged nodes and the modes of the policy and of namespaces.
 *
 * @param clientCa the authority (PEM) of client certificates; null if none is accepted
 * @param tokens null if none is accepted
 */
public record CallerAuthentication(
        @Nullable Path clientCa, @Nullable BearerTokens tokens) {
    /** Everybody may call. */
    public static final CallerAuthentication NONE = new CallerAuthentication(null, null);

    private static final String CERTIFICATES = "jakarta.servlet.request.X509Certificate";

    /** Whether not everybody may call. */
    public boolean isRequired() {
        return clientCa != null || tokens != null;
    }

    boolean isAllowed(HttpServletRequest request) {
        if (!isRequired()) {
            return true;
        }
        // TLS has verified it, or there would be no connection.
        if (clientCa != null && request.getAttribute(CERTIFICATES) != null) {
            return true;
        }
        return tokens != null && tokens.accepts(request.getHeader("Authorization"));
    }
}
