package io.probeguard.admission;

import io.probeguard.admission.Admission.Webhook;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * The two endpoints that the API server calls.
 *
 * <p>Anything but a complete AdmissionReview is answered with an HTTP error, and so is an internal error: the webhook's
 * failurePolicy then decides, which is Ignore unless an admin changed it.
 */
@RestController
public class AdmissionController {
    /** In bytes. The API server accepts objects of up to 3 MiB, and an update includes the old one. */
    static final int MAX_BODY = 6 * 1024 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(AdmissionController.class);

    private static final long DEFAULT_TIMEOUT_NANOS = Duration.ofMinutes(1).toNanos();

    private final Admission admission;

    public AdmissionController(Admission admission) {
        this.admission = admission;
    }

    @PostMapping(path = "/mutate", consumes = MediaType.APPLICATION_JSON_VALUE)
    public ResponseEntity<byte[]> mutate(HttpServletRequest request, @RequestParam(required = false) String timeout)
            throws IOException {
        return answer(Webhook.MUTATE, request, timeout);
    }

    @PostMapping(path = "/validate", consumes = MediaType.APPLICATION_JSON_VALUE)
    public ResponseEntity<byte[]> validate(HttpServletRequest request, @RequestParam(required = false) String timeout)
            throws IOException {
        return answer(Webhook.VALIDATE, request, timeout);
    }

    private ResponseEntity<byte[]> answer(Webhook webhook, HttpServletRequest http, @Nullable String timeout)
            throws IOException {
        long deadline = System.nanoTime() + nanos(timeout);
        byte[] body = http.getContentLengthLong() > MAX_BODY
                ? null
                : http.getInputStream().readNBytes(MAX_BODY + 1);
        if (body == null || body.length > MAX_BODY) {
            return error(HttpStatus.CONTENT_TOO_LARGE, "request body is larger than " + MAX_BODY + " bytes");
        }
        try {
            return ResponseEntity.ok()
                    .contentType(MediaType.APPLICATION_JSON)
                    .body(admission.answer(webhook, body, deadline));
        } catch (MalformedReviewException e) {
            return error(HttpStatus.BAD_REQUEST, e.getMessage());
        }
    }

    /** Errors are logged here, and only here. */
    @ExceptionHandler(RuntimeException.class)
    ResponseEntity<byte[]> internalError(RuntimeException error) {
        LOG.error("request failed", error);
        return error(
                HttpStatus.INTERNAL_SERVER_ERROR,
                "internal error: probe-guard cannot review this request, see its log");
    }

    /** The timeout that the API server sends ({@code 2s}); a minute if it sends none. */
    private static long nanos(@Nullable String timeout) {
        try {
            return timeout == null
                    ? DEFAULT_TIMEOUT_NANOS
                    : Duration.parse("PT" + timeout).toNanos();
        } catch (DateTimeException | ArithmeticException e) {
            return DEFAULT_TIMEOUT_NANOS;
        }
    }

    private static ResponseEntity<byte[]> error(HttpStatus status, String reason) {
        return ResponseEntity.status(status)
                .contentType(MediaType.TEXT_PLAIN)
                .body((reason + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
