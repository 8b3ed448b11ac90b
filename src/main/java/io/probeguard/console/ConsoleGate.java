package io.probeguard.console;

import io.probeguard.cluster.TokenAccess;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Decides who may see the console. Over plain HTTP, which is served on loopback only, anyone who can connect, which in a
 * cluster depends on RBAC for {@code kubectl port-forward}; nothing but the console is served there. Over HTTPS, where that
 * is enabled, callers with a bearer token whose user may get {@value ConsoleController#PATH}; otherwise no one.
 */
public final class ConsoleGate extends OncePerRequestFilter {
    private static final String BEARER = "Bearer ";
    private static final String SECURITY_POLICY = "default-src 'none'; style-src 'self'; script-src 'self'; "
            + "connect-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    private final @Nullable TokenAccess tokens;

    /** @param tokens null where the console is served on loopback only */
    public ConsoleGate(@Nullable TokenAccess tokens) {
        this.tokens = tokens;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        // Decoded and without parameters, as it is dispatched on: the raw path could be written in other ways.
        String path = request.getServletPath();
        boolean isConsole = path.equals(ConsoleController.PATH) || path.startsWith(ConsoleController.PATH + "/");
        if (!isConsole && request.isSecure()) {
            chain.doFilter(request, response);
            return;
        }
        secure(response);
        if (request.isSecure()) {
            overHttps(request, response, chain);
        } else if (!isLoopback(request.getServerName())) {
            // DNS rebinding: a page of another site whose host name resolves to this address.
            refuse(response, HttpServletResponse.SC_FORBIDDEN, "forbidden host name: open the console as localhost");
        } else if (path.equals("/")) {
            response.sendRedirect(ConsoleController.PATH.substring(1) + "/");
        } else if (isConsole) {
            chain.doFilter(request, response);
        } else {
            refuse(
                    response,
                    HttpServletResponse.SC_NOT_FOUND,
                    "not found: only " + ConsoleController.PATH + "/ is served here");
        }
    }

    private void overHttps(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (tokens == null) {
            refuse(response, HttpServletResponse.SC_NOT_FOUND, "the console is served on loopback only");
            return;
        }
        String presented = request.getHeader("Authorization");
        TokenAccess.Answer answer = presented == null || !presented.regionMatches(true, 0, BEARER, 0, BEARER.length())
                ? TokenAccess.Answer.UNKNOWN_TOKEN
                : tokens.of(presented.substring(BEARER.length()).strip());
        switch (answer) {
            case ALLOWED -> chain.doFilter(request, response);
            case UNKNOWN_TOKEN -> {
                response.setHeader("WWW-Authenticate", "Bearer");
                refuse(
                        response,
                        HttpServletResponse.SC_UNAUTHORIZED,
                        "unauthorized: a bearer token of this cluster is required");
            }
            case FORBIDDEN ->
                refuse(
                        response,
                        HttpServletResponse.SC_FORBIDDEN,
                        "forbidden: your user cannot get the nonResourceURL " + ConsoleController.PATH);
            case NO_ANSWER ->
                refuse(
                        response,
                        HttpServletResponse.SC_SERVICE_UNAVAILABLE,
                        "the API server could not check your token, or too many tokens are being checked; try again later");
        }
    }

    private static boolean isLoopback(String host) {
        return host.equals("localhost") || host.equals("127.0.0.1") || host.equals("[::1]");
    }

    private static void secure(HttpServletResponse response) {
        response.setHeader("Content-Security-Policy", SECURITY_POLICY);
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("Referrer-Policy", "no-referrer");
        response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
        response.setHeader("Cache-Control", "no-cache, private");
    }

    private static void refuse(HttpServletResponse response, int status, String reason) throws IOException {
        response.setStatus(status);
        response.setContentType("text/plain");
        response.getOutputStream().write((reason + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
