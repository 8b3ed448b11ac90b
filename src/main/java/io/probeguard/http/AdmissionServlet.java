package io.probeguard.http;

import io.probeguard.admission.Admission;
import io.probeguard.admission.Admission.Webhook;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The two endpoints that the API server calls. Who may not call is refused before anything is kept of the body, which is
 * read as it arrives, by a deadline, and within the memory that requests may use.
 */
final class AdmissionServlet extends HttpServlet {
    static final String MUTATE = "/mutate";
    static final String VALIDATE = "/validate";

    /** In bytes. The API server accepts objects of up to 3 MiB, and an update includes the old one. */
    static final int MAX_BODY = 6 * 1024 * 1024;

    private static final long serialVersionUID = 1;

    /** What API servers wait if the webhook configuration does not say, and at most (timeoutSeconds of v1). */
    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);

    private static final Duration MAX_TIMEOUT = Duration.ofSeconds(30);

    /** In bytes a second; chosen, far below what any network between an API server and its webhooks should have. */
    private static final int LEAST_RATE = 128 * 1024;

    private static final Pattern TIMEOUT = Pattern.compile("(?:^|&)timeout=([^&]*)");

    private final transient Admission admission;
    private final transient CallerAuthentication callers;
    private final transient RequestMemory memory;
    private final transient ServerState state;

    AdmissionServlet(Admission admission, CallerAuthentication callers, RequestMemory memory, ServerState state) {
        this.admission = admission;
        this.callers = callers;
        this.memory = memory;
        this.state = state;
    }

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (state.isStopping) {
            response.setHeader("Connection", "close");
        }
        Webhook webhook = request.getServletPath().equals(MUTATE) ? Webhook.MUTATE : Webhook.VALIDATE;
        Duration timeout = timeout(request.getQueryString());
        long deadline = System.nanoTime() + timeout.toNanos();
        AsyncContext call = request.startAsync();
        call.setTimeout(patience(timeout, request.getContentLengthLong()).toMillis());
        new AdmissionCall(
                        call,
                        memory,
                        body -> admission.answer(webhook, body, deadline),
                        request.getContentLengthLong(),
                        refusal(request))
                .start();
    }

    private @Nullable Refusal refusal(HttpServletRequest request) {
        if (state.isOpen && !callers.isAllowed(request)) {
            return Refusal.UNAUTHORIZED;
        }
        if (!isJson(request.getContentType())) {
            return Refusal.NO_JSON;
        }
        return request.getContentLengthLong() > MAX_BODY ? Refusal.TOO_LARGE : null;
    }

    private static boolean isJson(@Nullable String contentType) {
        if (contentType == null) {
            return false;
        }
        int parameters = contentType.indexOf(';');
        String type = parameters < 0 ? contentType : contentType.substring(0, parameters);
        return type.strip().equalsIgnoreCase("application/json");
    }

    /** The timeout that the API server sends ({@code 2s}). */
    private static Duration timeout(@Nullable String query) {
        Matcher matcher = query == null ? null : TIMEOUT.matcher(query);
        if (matcher == null || !matcher.find()) {
            return DEFAULT_TIMEOUT;
        }
        try {
            Duration timeout = Duration.parse("PT" + matcher.group(1));
            return timeout.compareTo(MAX_TIMEOUT) < 0 ? timeout : MAX_TIMEOUT;
        } catch (DateTimeException | ArithmeticException e) {
            return DEFAULT_TIMEOUT;
        }
    }

    /**
     * How long all of the body may take: not longer than the API server waits, nor than the slowest network needs. At least
     * a second, which is how often Tomcat looks.
     */
    private static Duration patience(Duration timeout, long length) {
        Duration slowest = length < 0 ? timeout : Duration.ofSeconds(1 + length / LEAST_RATE);
        Duration patience = slowest.compareTo(timeout) < 0 ? slowest : timeout;
        return patience.compareTo(Duration.ofSeconds(1)) < 0 ? Duration.ofSeconds(1) : patience;
    }
}
