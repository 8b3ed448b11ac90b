package io.probeguard.http;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Why a request gets an HTTP error, as plain text: webhooks' failurePolicy decides then, which is Ignore by default. */
record Refusal(int status, String reason) {
    static final Refusal UNAUTHORIZED = new Refusal(
            HttpServletResponse.SC_UNAUTHORIZED,
            "unauthorized: this server requires a client certificate or a bearer token");
    static final Refusal NO_JSON = new Refusal(
            HttpServletResponse.SC_UNSUPPORTED_MEDIA_TYPE, "the Content-Type of a review must be application/json");
    static final Refusal TOO_LARGE = new Refusal(
            HttpServletResponse.SC_REQUEST_ENTITY_TOO_LARGE,
            "request body is larger than " + AdmissionServlet.MAX_BODY + " bytes");
    static final Refusal TOO_SLOW =
            new Refusal(HttpServletResponse.SC_REQUEST_TIMEOUT, "the request body did not arrive in time");
    /** Without Retry-After, for which client-go, and so the API server, would wait and call again. */
    static final Refusal TOO_MANY =
            new Refusal(429, "too many requests: those in flight already take all the memory that is there for them");

    static final Refusal INTERNAL = new Refusal(
            HttpServletResponse.SC_INTERNAL_SERVER_ERROR,
            "internal error: probe-guard cannot review this request, see its log");

    /** Sets everything but the body, which is returned. */
    byte[] begin(HttpServletResponse response) {
        byte[] body = (reason + "\n").getBytes(StandardCharsets.UTF_8);
        response.setStatus(status);
        response.setContentType("text/plain;charset=utf-8");
        response.setContentLength(body.length);
        return body;
    }

    void send(HttpServletResponse response) throws IOException {
        response.getOutputStream().write(begin(response));
    }
}
