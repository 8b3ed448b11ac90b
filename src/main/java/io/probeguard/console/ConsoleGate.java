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
 * Who may see the console. Over plain HTTP, which is served on loopback alone, whoever can get there, which in a cluster
 * is decided by the RBAC of {@code kubectl port-forward}; and nothing but the console is there. Over HTTPS only who
 * presents a bearer token whose user may get {@value ConsoleController#PATH}, and nobody where that is not switched on.
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
        // Decoded and without parameters, as what is dispatched on: the path as it was sent has other spellings.
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
            // A page from elsewhere whose host name was made to point here.
            refuse(response, HttpServletResponse.SC_FORBIDDEN, "open this as localhost");
        } else if (path.equals("/")) {
            response.sendRedirect(ConsoleController.PATH.substring(1) + "/");
        } else if (isConsole) {
            chain.doFilter(request, response);
        } else {
            refuse(response, HttpServletResponse.SC_NOT_FOUND, "only " + ConsoleController.PATH + "/ is here");
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
                refuse(response, HttpServletResponse.SC_UNAUTHORIZED, "present a bearer token that the cluster knows");
            }
            case FORBIDDEN ->
                refuse(
                        response,
                        HttpServletResponse.SC_FORBIDDEN,
                        "your user may not get " + ConsoleController.PATH + ", a nonResourceURL");
            case NO_ANSWER ->
                refuse(
                        response,
                        HttpServletResponse.SC_SERVICE_UNAVAILABLE,
                        "the API server does not tell who you are, or is asked too much; try again");
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
