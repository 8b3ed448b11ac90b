package io.probeguard.server;

import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * Who may ask for a review. API servers present a client certificate or a bearer token where their
 * AdmissionConfiguration names a kubeConfigFile; either is enough here. Where neither is asked for everybody may: an
 * answer tells nothing that the request did not hold, but for the names of flagged nodes.
 *
 * @param clientCa the authority (PEM) of client certificates; null where none are asked for
 * @param token null where none is asked for
 */
public record CallerAuthentication(
        @Nullable Path clientCa, @Nullable String token) {
    /** Everybody may ask. */
    public static final CallerAuthentication NONE = new CallerAuthentication(null, null);

    private static final String CERTIFICATES = "jakarta.servlet.request.X509Certificate";

    boolean isAllowed(HttpServletRequest request) {
        if (clientCa == null && token == null) {
            return true;
        }
        // TLS has verified it, or there would be no connection.
        if (clientCa != null && request.getAttribute(CERTIFICATES) != null) {
            return true;
        }
        String presented = request.getHeader("Authorization");
        return token != null
                && presented != null
                && MessageDigest.isEqual(utf8("Bearer " + token), utf8(presented)); // in constant time
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
